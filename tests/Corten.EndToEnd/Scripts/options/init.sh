docker run --rm --init busybox ps -o pid,comm | sed -E 's/^ +//; s/ +/ /g' | sed -n '1p; /^1 /p'
docker run --rm --init busybox sh -c 'echo $PPID; exit 7'; echo "code $?"
docker run --rm --init busybox sh -c 'kill -9 $$'; echo "code $?"
docker run --rm --init busybox nosuch 2>/dev/null; echo "code $?"
docker run --rm --init -u 77 --read-only --cap-drop ALL --security-opt no-new-privileges busybox sh -c 'test $PPID = 1 && echo child'
docker run -d --init --name in busybox sh -c 'trap "echo got; exit 3" TERM; echo ready; while :; do sleep 0.1; done' >/dev/null
until docker logs in | grep -q ready; do sleep 0.1; done; docker stop -t 10 in; docker logs in; docker inspect -f '{{.State.ExitCode}} {{.HostConfig.Init}}' in; docker rm in
docker run --rm --init -t busybox sh -c 'tty; echo $PPID'
