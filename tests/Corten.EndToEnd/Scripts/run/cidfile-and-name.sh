docker run -d --name cidn --cidfile f busybox true >id; cmp f id || diff <(tr -d '\n' <id) f 2>/dev/null
wc -c <f
docker run --cidfile f busybox true; echo "code $?"
docker run --name cidn busybox true; echo "code $?"
docker run --name 'bad name' busybox true; echo "code $?"
docker run --name x busybox true; echo "code $?"
docker rm cidn
