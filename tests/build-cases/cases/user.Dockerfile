FROM busybox
USER nobody
