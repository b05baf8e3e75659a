FROM busybox
ADD archive.tgz /u/
