FROM busybox
ENV D=/e
WORKDIR $D/x
