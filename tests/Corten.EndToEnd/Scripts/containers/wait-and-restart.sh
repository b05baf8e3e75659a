docker run -d --name wr busybox sh -c 'sleep 1; exit 4'
docker wait wr; docker wait wr
docker rm wr
docker run -d --name rs --restart on-failure:2 busybox sh -c 'echo run; exit 1'
for i in $(seq 100); do [ "$(docker inspect -f '{{.State.Status}} {{.RestartCount}}' rs)" = 'exited 2' ] && break; sleep 0.1; done
docker inspect -f '{{.RestartCount}} {{.State.Status}} {{.State.ExitCode}}' rs; docker logs rs; docker rm rs
docker run --rm --restart always busybox true; echo "code $?"
docker run --restart nosuch busybox true; echo "code $?"
docker run --restart always:3 busybox true; echo "code $?"
docker run -d --name ra --restart always busybox sleep 100; docker stop -t 0 ra; docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' ra; docker rm ra
