FROM busybox
COPY --link a.txt /deep/er/a
