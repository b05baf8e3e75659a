FROM busybox
ADD --chown=9:9 archive.tgz /u/
