FROM busybox
LABEL a=1 "b c"="d e"
LABEL a=2
