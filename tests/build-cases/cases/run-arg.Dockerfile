FROM busybox
ARG A=1
ARG B
RUN echo $A$B > /ab
