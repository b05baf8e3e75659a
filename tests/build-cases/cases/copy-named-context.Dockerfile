# flags: --build-context other=dir
FROM busybox
COPY --from=other . /o/
