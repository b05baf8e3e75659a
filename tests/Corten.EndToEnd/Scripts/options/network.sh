docker run --rm --network none busybox ip -o addr | awk '{print $2,$3,$4}'
docker run --rm busybox ip -o -4 addr | awk '{print $2,$3}'
docker run --rm busybox ip route | wc -l
docker run --rm --network host busybox true; echo "code $?"
docker run --rm --network nosuch busybox true; echo "code $?"
docker run --rm --network container:nosuch busybox true; echo "code $?"
docker run -d --name nc busybox sleep 100; docker run --rm --network container:nc busybox hostname | wc -c
docker run --rm --network container:nc -h x busybox true; echo "code $?"; docker run --rm --network container:nc -p 80:80 busybox true; echo "code $?"; docker run --rm --network container:nc --add-host a:1.1.1.1 busybox true; echo "code $?"
docker rm -f nc
docker run --rm --add-host a:1.2.3.4 --add-host gw:host-gateway busybox sh -c 'grep -E "[[:space:]](a|gw)$" /etc/hosts | sed "s/172[0-9.]*/IP/"'
docker run --rm --add-host bad busybox true; echo "code $?"
docker run --rm --dns 9.9.9.9 --dns-search e.test --dns-opt ndots:3 busybox cat /etc/resolv.conf | grep -v '^#'
docker run --rm --dns bad busybox true; echo "code $?"
docker run --rm --mac-address 02:42:00:00:00:99 busybox cat /sys/class/net/eth0/address
docker run --rm --mac-address bad busybox true; echo "code $?"
docker run --rm --ip 172.17.0.9 busybox true; echo "code $?"
docker run -d --name np -p 127.0.0.1:18080:80 -p 18081:81/udp -p 18090-18092:90-92 --expose 70 busybox sleep 100; docker port np; docker port np 80; docker port np 80/udp; echo "code $?"
docker inspect -f '{{json .NetworkSettings.Ports}}' np
docker run --rm --name npt -p 127.0.0.1:18080:80 busybox true 2>&1 | sed -E 's/[0-9a-f]{64}/ID/; s/172[0-9.]*/IP/'; echo "code $?"
docker rm -f np; docker rm -f npt 2>/dev/null
docker run -d --name npp -P --expose 70 --expose 71/udp busybox sleep 100; docker port npp | sed -E 's/:[0-9]+$/:PORT/' | sort; docker rm -f npp
docker run --rm -p 99999:80 busybox true; echo "code $?"; docker run --rm -p 80-81:80-85 busybox true; echo "code $?"; docker run --rm -p 80:80/nosuch busybox true; echo "code $?"; docker run --rm -p 1.2.3:80:80 busybox true; echo "code $?"
docker ps -aq --filter status=created | xargs -r docker rm >/dev/null
