FROM busybox
RUN <<E
#!/bin/sh
echo s > /s
E
