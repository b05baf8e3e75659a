FROM busybox
ADD archive.tbz2 /u/
