FROM busybox
COPY --link --chmod=640 --chown=1:2 a.txt b.txt /ln/
