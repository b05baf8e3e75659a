FROM busybox AS seed
RUN mkdir /s && echo seeded > /s/1
FROM busybox
RUN --mount=type=cache,id=seeded,target=/k,from=seed,source=/s,mode=0700,uid=5,gid=6,sharing=locked cat /k/1 > /1; stat -c "%a %u %g" /k > /2
