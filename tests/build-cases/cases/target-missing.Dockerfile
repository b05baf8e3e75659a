# flags: --target nowhere
FROM busybox AS somewhere
RUN true
