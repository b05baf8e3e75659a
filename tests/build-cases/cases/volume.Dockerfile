FROM busybox
VOLUME /v /w
VOLUME ["/x y"]
