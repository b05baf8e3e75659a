FROM busybox
COPY --exclude=deep --exclude=*.sh . /u/
