# flags: --build-arg V=1 --build-arg HTTP_PROXY=http://proxy.test --build-arg UNUSED=2
ARG V
FROM busybox
ARG V
ARG W=${V:+set}
RUN echo $V $W $HTTP_PROXY $http_proxy > /v
