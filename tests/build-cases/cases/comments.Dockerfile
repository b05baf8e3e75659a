# first
FROM busybox
# second
RUN echo 1 \
  # inside
  > /o
