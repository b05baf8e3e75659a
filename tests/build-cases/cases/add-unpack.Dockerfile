FROM busybox
ADD --unpack=true archive.tgz /u/
