r() { echo "# $*"; docker "$@" 2>&1; echo "code $?"; }
# options that few use: each does what it says or is refused
printf 'a=b\nc=d\n' >labels
r run --rm --cpuset-mems 0 busybox echo ok
r run --rm --cpuset-mems x busybox echo ok
r run --rm --cpu-count 2 busybox echo ok
r run --rm --cpu-percent 50 --io-maxiops 5 busybox echo ok
r run --rm --io-maxbandwidth 1m busybox echo ok
r run --rm --cpu-rt-runtime 200000 --cpu-rt-period 100000 busybox echo ok
r run --rm --device-write-iops /dev/null:x busybox echo ok
r run --rm --device-read-bps null:1 busybox echo ok
r run --rm --device-read-bps /nodev:1 busybox echo ok
r run --rm --blkio-weight-device /dev/null:5 busybox echo ok
r run --rm --health-cmd true --health-start-interval 1s --health-start-period 10s busybox echo ok
r run --rm --health-start-interval 1 busybox echo ok
r run --rm --health-start-period -1s busybox echo ok
r run --rm --ip6 bad busybox echo ok
r run --rm --isolation process busybox echo ok
r run --rm --isolation default busybox echo ok
r run --rm --label-file nofile busybox echo ok
r run --rm --storage-opt foo=1 busybox echo ok
r run --rm --disable-content-trust busybox echo ok
r run --rm -a stdout busybox sh -c 'echo o; echo e >&2'
r run --rm -a stderr busybox sh -c 'echo o; echo e >&2'
r run --rm -a bad busybox true
r run --rm -d -a stdout busybox true
r run --rm --publish-all busybox echo ok
r run -d --name seldom --label-file labels busybox sleep 100
r inspect -f '{{json .Config.Labels}}' seldom
r exec -d --detach-keys ctrl-x seldom true
r exec -w /nodir seldom true
r exec --env-file labels seldom sh -c 'echo $a $c'
r exec -u nosuch seldom true
r exec --privileged -u 5:6 seldom id
r cp --archive seldom:/etc/hostname h1
r cp --follow-link seldom:/bin/sh h2
r cp --quiet labels seldom:/tmp/
r cp labels seldom:/nodir/x
r cp seldom:/nofile .
r commit -q --author me --message m --change 'ENV A=b' --pause=false seldom seldom:c
r history --human=false --format '{{.CreatedBy}} {{.Size}} {{.Comment}}' seldom:c
r inspect -f '{{.Author}} {{.Comment}} {{json .Config.Env}}' seldom:c
r import --change 'FOO x' labels
r load --input nofile
r load -q --input labels
r update --cpuset-mems 0 seldom
r update seldom
r update --restart bad seldom
r start --checkpoint x seldom
r start --checkpoint-dir /x seldom
r start --attach --interactive seldom nosuch
r kill --signal bad seldom
r kill --signal 0 seldom
r restart --signal KILL --timeout 1 seldom
r top seldom -o args
r rename seldom seldom
r rename seldom 'bad name'
r pause seldom seldom
r unpause seldom nosuch
r stop --signal KILL --timeout 0 seldom
r rmi --no-prune --force seldom:c
r pull --all-tags x:1
r push --all-tags x:1
r events --since bad
r rm -f -v seldom
