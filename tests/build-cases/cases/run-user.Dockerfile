FROM busybox
RUN mkdir -m 777 /p
USER 8:9
RUN touch /p/f
