FROM busybox
COPY --chmod=750 src /c
