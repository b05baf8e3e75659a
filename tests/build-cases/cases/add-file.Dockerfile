FROM busybox
ADD a.txt /n/
