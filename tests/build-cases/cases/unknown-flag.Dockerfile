FROM busybox
COPY --form=x a.txt /
