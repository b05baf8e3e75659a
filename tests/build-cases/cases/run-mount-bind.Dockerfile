FROM busybox
RUN --mount=target=/c cp /c/a.txt /copied
