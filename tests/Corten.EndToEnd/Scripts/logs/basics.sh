docker run --name lg busybox sh -c 'for i in 1 2 3 4 5; do echo o$i; done; printf partial'
docker logs lg; echo; docker logs --tail 2 lg; echo; docker logs --tail 0 lg; docker logs -n 1 -t lg | sed -E 's/^[^ ]+ /T /'; echo
docker logs --since 1h lg | wc -l; docker logs --until 1h lg | wc -l; docker logs --since nosuch lg; echo "code $?"
docker logs --details lg | head -1
docker logs -f lg | wc -l
docker rm lg
docker run --name lt -t busybox sh -c 'echo tty; echo e >&2'; docker logs lt | od -c | head -3; docker rm lt
docker run --name ln --log-driver none busybox echo gone; docker logs ln; echo "code $?"; docker rm ln
docker run --name lb busybox sh -c 'printf "a\0b\377c\n"'; docker logs lb | od -c; docker rm lb
docker run --log-driver nosuch busybox true; echo "code $?"
docker run --log-opt nosuch=1 busybox true; echo "code $?"
docker run --log-opt max-size=abc busybox true; echo "code $?"
docker run --name le busybox sh -c 'head -c 40000 /dev/zero | tr "\0" x' >/dev/null; docker logs le | wc -c; docker rm le
docker ps -aq --filter status=created | xargs -r docker rm >/dev/null
