docker run --name ll --log-driver local busybox echo local; docker logs ll; docker inspect -f '{{.HostConfig.LogConfig.Type}}{{.LogPath}}' ll; docker rm ll
docker run --name ll --log-driver local busybox printf 'a\000\377b\npartial'; echo; docker logs ll | od -c; docker logs -t ll | cut -c32- | od -c; docker rm ll
docker run --name ll --log-driver local busybox sh -c 'echo o; echo e >&2' 2>/dev/null; docker logs ll 2>/dev/null; docker logs ll 2>&1 >/dev/null; docker rm ll
docker run --name ll --log-driver local busybox sh -c 'head -c 40000 /dev/zero | tr "\0" x; echo; head -c 20000 /dev/zero | tr "\0" y' >/dev/null; docker logs ll | wc; docker logs -t ll | wc; docker logs --tail 1 ll | wc; docker rm ll
docker run -d --name ll --log-driver local busybox sh -c 'for i in 1 2 3; do echo line $i; sleep 0.1; done' >/dev/null; docker logs -f ll; docker start -a ll; docker logs ll; docker rm ll
docker run --log-driver local --log-opt tag=a busybox true; echo "code $?"
