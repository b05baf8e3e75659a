docker run -d --name up -m 64m busybox sleep 100
docker update -m 128m --memory-swap 256m --cpus 0.5 --pids-limit 20 --restart unless-stopped up
docker inspect -f '{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}} {{.HostConfig.RestartPolicy}}' up
docker exec up cat /sys/fs/cgroup/memory/memory.limit_in_bytes
docker update -m 1m up; echo "code $?"
docker update nosuch; echo "code $?"
docker update --restart no up
docker top up -o pid,cmd | tail -n +1 | awk '{print NF, $2, $3, $4}'
docker top up | head -1
docker rename up up2; docker inspect -f '{{.Name}}' up2
docker rm -f up2
