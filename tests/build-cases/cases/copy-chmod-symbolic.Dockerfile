FROM busybox
COPY --chmod=u=rwX,go=rX src /s
COPY --chmod=+x a.txt /x
