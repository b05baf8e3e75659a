FROM busybox
WORKDIR /w
COPY a.txt rel/
