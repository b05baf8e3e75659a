FROM busybox
ARG V=1
COPY <<one <<'two' /h/
v=$V
one
v=$V
two
