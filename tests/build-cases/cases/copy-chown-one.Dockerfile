FROM busybox
COPY --chown=55 a.txt /c
