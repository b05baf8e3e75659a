FROM busybox
WORKDIR /w
RUN <<-one <<two cat > o
	tabbed
	one
rest
two
RUN <<script
#!/bin/sh
echo $0 | cut -c1-11 > s
script
