FROM busybox
RUN --mount=type=tmpfs,target=/t echo 1 > /t/1
