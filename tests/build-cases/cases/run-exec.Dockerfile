FROM busybox
RUN ["/bin/sh", "-c", "echo $HOME > /h"]
