FROM busybox
ADD --exclude=*.txt . /u/
