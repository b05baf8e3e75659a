# flags: --add-host up.test=10.9.8.7
FROM busybox
RUN grep up.test /etc/hosts > /h && hostname > /n
