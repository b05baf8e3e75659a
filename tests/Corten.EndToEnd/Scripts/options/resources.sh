docker run --rm -m 32m busybox cat /sys/fs/cgroup/memory/memory.limit_in_bytes
docker run --rm -m 32m --memory-swap 64m --memory-reservation 16m busybox sh -c 'cat /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes /sys/fs/cgroup/memory/memory.soft_limit_in_bytes'
docker run --rm --cpus 0.5 busybox cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us
docker run --rm --cpu-shares 512 --cpuset-cpus 0 busybox sh -c 'cat /sys/fs/cgroup/cpu/cpu.shares /sys/fs/cgroup/cpuset/cpuset.cpus'
docker run --rm --pids-limit 30 busybox cat /sys/fs/cgroup/pids/pids.max
docker run --rm busybox cat /proc/self/cgroup | grep -c -E '/[0-9a-f]{64}|:/$' | sed 's/.*/some/'
docker run --rm -m 1m busybox true; echo "code $?"
docker run --rm -m 32m --memory-swap 16m busybox true; echo "code $?"
docker run --rm --memory-swap 16m busybox true; echo "code $?"
docker run --rm -m nosuch busybox true; echo "code $?"
docker run --rm --cpus 1000 busybox true; echo "code $?"
docker run --rm --cpus 1 --cpu-quota 100 busybox true; echo "code $?"
docker run --rm --cpuset-cpus 99 busybox true; echo "code $?"
docker run --rm --cpu-shares -1 busybox true; echo "code $?"
docker run --rm --blkio-weight 5 busybox true; echo "code $?"
docker run --rm -m 16m --memory-swap 16m busybox sh -c 'dd if=/dev/zero of=/dev/shm/x bs=1M count=40; tail /dev/zero'; echo "code $?"
docker run --rm --memory-swappiness 200 busybox true; echo "code $?"
docker run --rm --kernel-memory 50m busybox true; echo "code $?"
