FROM busybox
RUN --mount=target=/c,rw echo changed > /c/a.txt && cat /c/a.txt > /a
RUN --mount=target=/c cat /c/a.txt > /b && ! touch /c/x 2> /dev/null
