r() { echo "# $*"; echo "# $*" >&2; docker run --rm "$@"; echo "code $?"; }
docker run -d --name eo1 --ipc shareable busybox sleep 100 >/dev/null; docker exec eo1 touch /dev/shm/x; docker run --rm --ipc container:eo1 busybox ls /dev/shm
docker run -d --name eo2 busybox sleep 100 >/dev/null; docker run --rm --ipc container:eo2 busybox true; echo "code $?"; docker rm -f eo2 >/dev/null
r --ipc bogus busybox true
r --ipc none busybox ls -d /dev/shm
r --ipc private busybox ls -d /dev/shm
r --pid host busybox sh -c 'test $(ps | wc -l) -gt 5 && echo many'
r --pid bogus busybox true
r --uts host busybox true
r --uts host -h x busybox true
r --uts bogus busybox true
r --cgroupns bogus busybox true
r --userns host busybox cat /proc/self/uid_map
r --userns bogus busybox true
r --runtime nosuch busybox true
r --device /dev/nosuch busybox true
r --device /dev/null:/dev/xx:rz busybox true
r --device /dev/null:/dev/mynull:r busybox sh -c 'ls -l /dev/mynull | cut -c1-10; echo x > /dev/mynull'
r --device-cgroup-rule 'c 1:3 rwm' busybox echo ok
r --device-cgroup-rule 'bogus' busybox echo ok
r --device-read-bps /dev/nosuch:1mb busybox true
r --blkio-weight 300 busybox echo ok
r --blkio-weight 3 busybox echo ok
r --security-opt bogus busybox echo ok
r --security-opt seccomp=unconfined busybox grep Seccomp: /proc/self/status
r --security-opt seccomp=/nosuch busybox true
r --security-opt no-new-privileges=true busybox grep NoNewPrivs /proc/self/status
r --cpus 100 busybox true
r --cpuset-cpus 77 busybox true
r --oom-kill-disable busybox true
r --oom-score-adj 500 busybox cat /proc/self/oom_score_adj
r --oom-score-adj 5000 busybox true
r --ulimit nofile=100:200 busybox sh -c 'ulimit -n; ulimit -Hn'
r --ulimit nofile=300:200 busybox true
r --ulimit bogus=1 busybox true
r --mount type=image,source=busybox,target=/img busybox ls /img
r --mount type=image,source=busybox,target=/img busybox touch /img/x
r --mount type=bogus,target=/x busybox true
r --mount type=tmpfs,target=/x,tmpfs-size=1m,tmpfs-mode=700 busybox sh -c 'stat -c %a /x; df -k /x | tail -1 | tr -s " " | cut -d" " -f2'
r --stop-signal BOGUS busybox true
r --sysctl kernel.shmmax=65536 busybox cat /proc/sys/kernel/shmmax
r --sysctl net.core.somaxconn=77 busybox cat /proc/sys/net/core/somaxconn
r --sysctl foo.bar=1 busybox true
r --platform bogus busybox true
r --annotation a=b busybox echo ok
r --link nosuch busybox true
r --privileged --cap-drop ALL busybox grep CapEff /proc/self/status
r --cap-add bogus busybox true
r --cap-add ALL --cap-drop NET_ADMIN busybox grep CapEff /proc/self/status
r --group-add nosuch busybox id
docker update --cpus 0.25 -m 40m --memory-swap 50m --pids-limit 44 --restart on-failure:2 eo1; docker exec eo1 sh -c 'cd /sys/fs/cgroup; cat cpu/cpu.cfs_quota_us memory/memory.limit_in_bytes pids/pids.max'; docker inspect -f '{{.HostConfig.RestartPolicy}} {{.HostConfig.NanoCpus}} {{.HostConfig.Memory}}' eo1
docker update --cpu-shares 10 --cpuset-cpus 1 --cpu-period 50000 --cpu-quota 1000 eo1
docker update -m 1m eo1; docker update --kernel-memory 5m eo1; docker update nosuch; docker update eo1; docker update --cpuset-cpus 55 eo1
docker rm -f eo1 >/dev/null

