FROM busybox
ADD a.txt.gz /u/
