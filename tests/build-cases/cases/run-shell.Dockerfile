FROM busybox
RUN echo 1 > /1 && chmod 600 /1
