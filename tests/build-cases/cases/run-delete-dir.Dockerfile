FROM busybox
RUN mkdir /z && touch /z/1
RUN rm -r /z
