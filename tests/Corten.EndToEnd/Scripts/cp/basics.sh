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
docker run -d --name cpr --read-only busybox sleep 100; docker cp src/a cpr:/x 2>/dev/null; echo "code $?"; docker rm -f cpr
