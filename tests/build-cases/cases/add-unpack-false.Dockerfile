FROM busybox
ADD --unpack=false archive.tgz /u/
