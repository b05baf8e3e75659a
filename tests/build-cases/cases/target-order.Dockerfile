FROM busybox AS unused
RUN false
FROM busybox
RUN true
