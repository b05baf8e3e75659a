FROM busybox
COPY dirlink /l
