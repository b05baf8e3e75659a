FROM busybox
ARG P=a/b/c.tar.gz
ENV X=${P%%.*} Y=${P##*/} Z=${P#a/}
