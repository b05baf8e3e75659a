FROM busybox
EXPOSE 80 81/udp 90-92
