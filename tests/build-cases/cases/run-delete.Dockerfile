FROM busybox
RUN rm /bin/ls
