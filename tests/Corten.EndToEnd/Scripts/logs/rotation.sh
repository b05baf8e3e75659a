for o in max-size=10 max-size=0 max-file=0 max-file=a max-file=3 compress=true compress=x mode=x mode=blocking mode=non-blocking max-buffer-size=1k; do
echo "# $o"; docker run --name lr --log-opt $o busybox echo hi; docker logs lr; docker rm lr
done
for o in max-size=10 max-size=0 max-size=-1 max-file=0 max-file=a max-file=3 compress=true compress=x; do
echo "# local $o"; docker run --name lr --log-driver local --log-opt $o busybox echo hi; docker logs lr; docker rm lr
done
for o in "--log-opt max-size=10 --log-opt max-file=1 --log-opt compress=true" "--log-opt max-size=100 --log-opt max-file=3" "--log-opt max-size=100 --log-opt max-file=3 --log-opt compress=true" \
  "--log-driver local --log-opt max-size=100 --log-opt max-file=3" "--log-driver local --log-opt max-size=100 --log-opt max-file=1" "--log-driver local --log-opt max-size=100 --log-opt max-file=1 --log-opt compress=false"; do
echo "# $o"; docker run --name lr $o busybox sh -c 'for i in 1 2 3 4 5 6 7 8 9; do echo line $i; sleep 0.05; done' >/dev/null
docker logs lr; docker logs --tail 2 lr; docker logs --tail 4 lr; docker rm lr
done
for d in json-file local; do
echo "# units of $d"; docker run --name lr --log-driver $d --log-opt max-size=100k --log-opt max-file=2 --log-opt compress=false busybox sh -c 'x=$(head -c 1010 /dev/zero | tr "\0" y); for i in $(seq 200); do echo $x; done' >/dev/null
docker logs lr | wc -l; docker rm lr
done
