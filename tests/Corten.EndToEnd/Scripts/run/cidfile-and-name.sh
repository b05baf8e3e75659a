docker run -d --name cidn --cidfile f busybox true >id; test "$(cat id)" = "$(cat f)" && echo same
wc -c <f
docker run --cidfile f busybox true; echo "code $?"
docker run --name cidn busybox true; echo "code $?"
docker run --name 'bad name' busybox true; echo "code $?"
docker run --name x busybox true; echo "code $?"
docker rm cidn
