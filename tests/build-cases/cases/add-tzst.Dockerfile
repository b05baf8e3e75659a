FROM busybox
ADD archive.tzst /u/
