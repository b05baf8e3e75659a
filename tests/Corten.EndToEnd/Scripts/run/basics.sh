docker run --rm busybox echo hello
docker run --rm busybox sh -c 'echo out; echo err >&2; exit 7'; echo "code $?"
docker run --rm busybox nosuch; echo "code $?"
docker run --rm busybox /etc; echo "code $?"
docker run --rm busybox /etc/passwd; echo "code $?"
docker run --rm --entrypoint echo busybox a b
docker run --rm --entrypoint '' busybox echo none
echo piped | docker run --rm -i busybox cat
docker run --rm -w /new/dir busybox pwd
docker run --rm -w relative busybox pwd; echo "code $?"
docker run --rm -e A=1 -e B busybox sh -c 'echo $A-$B'
B=host docker run --rm -e B busybox sh -c 'echo $B'
docker run --rm -h myhost busybox hostname
docker run --rm -h myhost --domainname example.test busybox cat /proc/sys/kernel/domainname
docker run --rm -u nobody busybox id
docker run --rm -u 1000:1000 busybox id
docker run --rm -u nosuchuser busybox id; echo "code $?"
docker run --rm --group-add users --group-add 777 busybox id
docker run --rm -a stdout busybox sh -c 'echo o; echo e >&2'
docker run --rm -t busybox tty
docker run --rm busybox kill -9 1; docker run --rm busybox sh -c 'kill -9 $$'; echo "code $?"
docker run --rm busybox sh -c 'kill -TERM $$; sleep 0.1'; echo "code $?"
