FROM busybox AS a
RUN mkdir /q && echo 1 > /q/1 && chown 3:4 /q/1
FROM busybox
COPY --from=a /q /q
