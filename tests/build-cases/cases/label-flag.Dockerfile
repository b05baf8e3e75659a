# flags: --label a=1 --label b=2
FROM busybox
LABEL a=0 c=3
