FROM busybox
COPY dir /d
