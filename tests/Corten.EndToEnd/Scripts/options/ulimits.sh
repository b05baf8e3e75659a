r() { echo "# $*"; docker run --rm "$@" 2>&1; echo "code $?"; }
# limits that would be too low for whoever sets the container up
r --ulimit nofile=17 busybox sh -c 'ulimit -n; ulimit -Hn'
r --ulimit nofile=17:18 --user 5:5 --workdir /made/here busybox sh -c 'ulimit -n; ulimit -Hn; pwd'
r --ulimit nofile=17 --init busybox sh -c 'ulimit -n'
r --ulimit fsize=0 busybox sh -c 'echo x >/tmp/f'
r --ulimit memlock=0 --ulimit rss=0 --ulimit sigpending=0 --ulimit msgqueue=0 --ulimit nice=0 --ulimit rtprio=0 --ulimit locks=0 --ulimit core=0 --ulimit cpu=1 busybox grep -E 'cpu|core|resident|lock|pending|msgqueue|priority' /proc/self/limits
docker run -d --name low --ulimit nofile=17 --ulimit fsize=0 busybox sleep 100 >/dev/null
docker exec low sh -c 'ulimit -n; ulimit -f'
docker exec -t -u 5 low sh -c 'ulimit -n; ulimit -f'
docker rm -f low
