# flags: --secret id=s,src=secret.txt
FROM busybox
RUN --mount=type=secret,id=s wc -c < /run/secrets/s > /n && ls -ln /run/secrets/s | cut -c1-10 >> /n
RUN --mount=type=secret,id=s,target=/t/u,mode=0440,uid=3,gid=4 ls -ln /t/u | tr -s " " | cut -d " " -f 1,3,4 > /m
RUN --mount=type=secret,id=s,env=S echo ${#S} > /e
RUN --mount=type=secret,id=missing ls /run/secrets/missing > /none 2>&1 || true
