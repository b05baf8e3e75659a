FROM busybox
COPY missing /x
