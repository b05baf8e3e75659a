FROM busybox
COPY a.txt /new/
