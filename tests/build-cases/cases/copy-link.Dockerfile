FROM busybox
COPY link /l
