FROM busybox
COPY src /s
