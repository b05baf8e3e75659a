FROM busybox
FLY high
