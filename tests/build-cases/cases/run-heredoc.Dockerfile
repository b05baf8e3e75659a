FROM busybox
RUN <<E
echo a > /a
echo b > /b
E
