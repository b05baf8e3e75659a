FROM busybox
ADD plain.tar /u
