FROM busybox
RUN --mount=type=cache,target=/k echo 1 > /k/1 && ls /k > /l
