FROM busybox
RUN echo u:x:77:78::/:/bin/sh >> /etc/passwd
COPY --chown=u src /c
