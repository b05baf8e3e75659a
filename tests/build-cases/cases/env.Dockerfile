FROM busybox
ENV A=1 B="x y" C=a\ b
ENV D=$A-${B:-n}-${Z:+y}
ENV PATH=/x:$PATH
