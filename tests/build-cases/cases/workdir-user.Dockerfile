FROM busybox
USER 5:6
WORKDIR /home/x
