ARG B=busybox
ARG X=global
FROM $B
ARG X
ARG Y=${X}-2
RUN echo $Y > /y
