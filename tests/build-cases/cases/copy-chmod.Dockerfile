FROM busybox
COPY --chmod=640 a.txt /c
