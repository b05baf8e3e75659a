FROM busybox
ENV X="${N:?is needed}"
