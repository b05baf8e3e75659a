FROM busybox
SHELL ["/bin/sh", "-e", "-c"]
RUN true
CMD x
