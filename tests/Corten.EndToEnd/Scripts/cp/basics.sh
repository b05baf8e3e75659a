docker run -d --name cpc busybox sleep 100
mkdir -p src/sub; echo one >src/a; echo two >src/sub/b; ln -s a src/link; chmod 640 src/a
docker cp src cpc:/dst; docker exec cpc sh -c 'cd /dst; find . | sort; cat a sub/b; readlink link; stat -c "%a %u:%g" a'
docker cp src/. cpc:/tmp/; docker exec cpc ls /tmp
docker cp src/a cpc:/tmp/renamed; docker exec cpc cat /tmp/renamed
docker cp src/a cpc:/nosuch/ 2>/dev/null; echo "code $?"
docker cp src/a cpc:/nosuch/deep/f 2>/dev/null; echo "code $?"
docker cp nosuch cpc:/ 2>/dev/null; echo "code $?"
docker cp cpc:/nosuch .; echo "code $?"
docker cp src cpc:/etc/passwd 2>/dev/null; echo "code $?"
docker cp cpc:/dst out; find out | sort; cat out/sub/b
docker cp cpc:/dst/link .; readlink link; docker cp -L cpc:/dst/link linked; cat linked
docker cp cpc:/dst/a - | tar t
tar -C src -c . | docker cp - cpc:/tmp/viatar; echo "code $?"
docker exec cpc mkdir /tmp/viatar; tar -C src -c . | docker cp - cpc:/tmp/viatar; docker exec cpc ls /tmp/viatar
docker cp -a src/a cpc:/owned; docker exec cpc stat -c %u:%g /owned
docker stop -t 0 cpc; docker cp cpc:/dst/a stopped; cat stopped; docker cp src/a cpc:/late; docker start cpc; docker exec cpc cat /late
docker cp nosuch:/a .; docker cp cpc:a:b .; docker cp cpc:/a cpc:/b; echo "code $?"
docker rm -f cpc
docker run -d --name cpr --read-only busybox sleep 100; docker cp src/a cpr:/x 2>&1 | grep -v ^time=; docker rm -f cpr
docker run -d --name cpe busybox sleep 100 >/dev/null
docker cp src/a cpe:/nosuch/ 2>&1 | grep -v ^time=; docker cp src/a cpe:/nosuch/deep/f; docker cp cpe:/etc/passwd/ .; docker cp cpe:/etc/passwd/x .; docker cp cpe:/etc src/a; docker cp src/a cpe:/etc/passwd/x; docker cp src/a/ cpe:/x; echo "code $?"
head -c 700 /dev/zero | tr '\0' x | docker cp - cpe:/tmp; echo "code $?"
tar -C src -c . | head -c 1200 | docker cp - cpe:/tmp; echo "code $?"
tar -C src -c . | gzip | head -c 100 | docker cp - cpe:/tmp; echo "code $?"
tar -C src -c . | gzip | docker cp - cpe:/mnt 2>&1; docker cp - cpe:/tmp </dev/null; echo "code $?"
docker rm -f cpe >/dev/null
docker run -d --name cpe --read-only --tmpfs /t busybox sleep 100 >/dev/null
for d in / /x /etc /t/ /dev/shm/ /etc/hosts; do docker cp src/a cpe:$d 2>&1 | grep -v ^time=; done
tar -C src -cf in.tar .; for d in / /etc/passwd /nosuch; do curl -s --unix-socket "${DOCKER_HOST#unix://}" -X PUT -T in.tar -w '%{http_code}\n' "http://d/containers/cpe/archive?path=$d"; done
docker rm -f cpe >/dev/null
