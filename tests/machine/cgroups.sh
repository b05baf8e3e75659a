#!/usr/bin/env bash
# Runs in the machine: what a container is limited to, beside what the kernel was told.
export DOCKER_HOST=unix:///run/corten/corten.sock
systemctl start corten
docker run --rm busybox echo hello
c=$(docker run -d --name lim --memory 64m --memory-swap 64m --memory-reservation 32m --pids-limit 20 --cpus 0.5 --cpuset-cpus 0 --cpu-shares 512 --blkio-weight 300 --device-read-bps /dev/vda:1mb busybox sleep 1000)
pid=$(docker inspect -f '{{.State.Pid}}' lim)
g=/sys/fs/cgroup$(sed 's/^0:://' /proc/$pid/cgroup); echo $g
cd $g && for f in memory.max memory.swap.max memory.low pids.max cpu.max cpuset.cpus cpu.weight io.weight io.bfq.weight io.max; do printf '%s ' $f; cat $f 2>&1; done
echo "-- inside"; docker exec lim sh -c 'cat /proc/self/cgroup; ls /sys/fs/cgroup | head -5; cat /sys/fs/cgroup/memory.max; mount | grep cgroup'
echo "-- update"; docker update --memory 128m --memory-swap 256m --cpus 0.25 --pids-limit 50 --cpu-shares 1024 lim; for f in memory.max memory.swap.max pids.max cpu.max cpu.weight; do printf '%s ' $f; cat $f; done
echo "-- stats"; docker stats --no-stream lim; docker top lim
echo "-- pause"; docker pause lim; cat cgroup.freeze cgroup.events; docker inspect -f '{{.State.Status}}' lim; docker unpause lim; cat cgroup.freeze
echo "-- pids"; docker run --rm --pids-limit 5 busybox sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 5 & done; wait' 2>&1 | tail -2
echo "-- oom"; docker run --name oom --memory 32m --memory-swap 32m busybox sh -c 'tail /dev/zero'; echo rc=$?; docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' oom
docker events --since 10m --until "$(date +%s)" --filter event=oom --format '{{.Action}} {{.Actor.Attributes.name}}'
echo "-- devices"; docker run --rm busybox sh -c 'mknod /tmp/vda b 254 0 && dd if=/tmp/vda of=/dev/null bs=512 count=1; mknod /tmp/n c 1 3 && echo x >/tmp/n && echo null ok' 
docker run --rm --device /dev/vda:/dev/xvd:r busybox sh -c 'dd if=/dev/xvd of=/dev/null bs=512 count=1 2>&1 | tail -1; dd if=/dev/zero of=/dev/xvd bs=512 count=0 conv=notrunc; ls -l /dev/xvd'
docker run --rm --device-cgroup-rule 'b 254:* r' busybox sh -c 'mknod /tmp/vda b 254 0 && dd if=/tmp/vda of=/dev/null bs=512 count=1 2>&1 | tail -1'
docker run --rm --privileged busybox sh -c 'dd if=/dev/vda of=/dev/null bs=512 count=1 2>&1 | tail -1; mount | grep cgroup; mkdir /sys/fs/cgroup/x && echo made'
docker run --rm --cgroupns host busybox cat /proc/self/cgroup
docker run --rm --cgroup-parent /mine busybox cat /proc/self/cgroup
docker rm -f lim oom; ls -d /sys/fs/cgroup/*/ | tr '\n' ' '; find /sys/fs/cgroup -maxdepth 2 -path '*docker*' -o -maxdepth 2 -path '*corten*' | grep -v '\.\(service\|slice\)/' | head
