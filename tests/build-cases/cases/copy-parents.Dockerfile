FROM busybox
COPY --parents src/./deep /u/
