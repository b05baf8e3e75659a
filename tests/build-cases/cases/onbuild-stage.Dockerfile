FROM busybox AS p
ONBUILD RUN echo fired > /fired
FROM p
RUN cat /fired
