docker run --rm busybox grep -E '^(CapBnd|CapEff|CapPrm|CapInh|CapAmb|NoNewPrivs|Seccomp):' /proc/self/status
docker run --rm --cap-add ALL busybox grep -E '^CapBnd' /proc/self/status | sed 's/[0-9a-f]*$//'
docker run --rm --cap-drop ALL busybox grep -E '^(CapBnd|CapEff)' /proc/self/status
docker run --rm --cap-drop ALL --cap-add CHOWN --cap-add cap_kill busybox grep -E '^(CapBnd|CapEff)' /proc/self/status
docker run --rm -u nobody busybox grep -E '^(CapBnd|CapEff|CapPrm)' /proc/self/status
docker run --rm --cap-add NOSUCH busybox true; echo "code $?"
docker run --rm --security-opt no-new-privileges busybox grep NoNewPrivs /proc/self/status
docker run --rm --security-opt seccomp=unconfined busybox grep Seccomp: /proc/self/status
docker run --rm --security-opt nosuch busybox true; echo "code $?"
docker run --rm --ulimit nofile=100:200 --ulimit core=0 busybox sh -c 'ulimit -n; ulimit -Hn; ulimit -c'
docker run --rm --ulimit nosuch=1 busybox true; echo "code $?"; docker run --rm --ulimit nofile=5:3 busybox true; echo "code $?"
docker run --rm --oom-score-adj 500 busybox cat /proc/self/oom_score_adj
docker run --rm --oom-score-adj 5000 busybox true; echo "code $?"
docker run --rm busybox sh -c 'umask; pwd; echo $$; readlink /proc/self/fd/0'
docker run --rm busybox sh -c 'ls /proc/self/fd | wc -l'
docker run --rm --privileged busybox grep -E '^(CapEff|Seccomp):' /proc/self/status | sed 's/[0-9a-f]*$//'
docker run --rm --pid host busybox sh -c 'test $$ -gt 1 && echo host pids'
docker run --rm --pid nosuch busybox true; echo "code $?"; docker run --rm --ipc nosuch busybox true; docker run --rm --uts nosuch busybox true; docker run --rm --cgroupns nosuch busybox true; docker run --rm --userns nosuch busybox true; echo "code $?"
docker run --rm --sysctl net.ipv4.ip_forward=0 --sysctl kernel.shmmax=1000000 busybox cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shmmax
docker run --rm --sysctl vm.swappiness=1 busybox true; echo "code $?"
docker run --rm --runtime nosuch busybox true; echo "code $?"
docker run --rm --platform nosuch busybox true; echo "code $?"
