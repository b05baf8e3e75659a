FROM busybox
ADD archive.txz /u/
