FROM busybox
ENV A=abc.tar.gz
ENV B=${A%.*} C=${A%%.*} D=${A#*.} E=${A##*.} F=${A/abc/x} G=${A//a/x} H=${N:-d} I=${A:+s} J=${N-d} K=${N+s}
LABEL l="${A} $A \$A"
