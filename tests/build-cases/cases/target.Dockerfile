# flags: --target middle
FROM busybox AS first
RUN echo 1 > /1
FROM first AS middle
ENV M=1
FROM middle
RUN false
