#!/usr/bin/env bash
# Runs in the machine: a volume on an NFS server (the machine's own), and ipvlan networks. Says what each step answered.
export DOCKER_HOST=${1:-unix:///run/corten/corten.sock}
docker image inspect busybox >/dev/null 2>&1 || docker import /root/busybox.tar busybox >/dev/null
systemctl start nfs-server; exportfs -ra; exportfs -v | head -2
docker rm -f n1 n2 i1 i2 i3 i4 >/dev/null 2>&1; docker volume rm nfs >/dev/null 2>&1
docker volume create --driver local -o type=nfs -o o=addr=127.0.0.1,rw,nfsvers=4 -o device=:/ nfs
docker run -d --name n1 -v nfs:/d busybox sleep 1000 >/dev/null && docker run -d --name n2 -v nfs:/d busybox sleep 1000 >/dev/null
docker exec n1 sh -c 'echo from-n1 >/d/f; grep " /d " /proc/mounts'; echo "n2 reads: $(docker exec n2 cat /d/f)"; echo "the server has: $(cat /export/f)"
docker exec n2 sh -c 'echo from-n2 >>/d/f'; echo "n1 reads: $(docker exec n1 tail -1 /d/f)"
docker rm -f n1 >/dev/null; echo "after n1 went, n2 reads: $(docker exec n2 tail -1 /d/f)"
docker rm -f n2 >/dev/null; echo "mounted when nobody uses it: $(grep -c nfs4 /proc/mounts)"
docker run --rm -v nfs:/d busybox cat /d/f; docker volume rm nfs
docker volume create --driver local -o type=nfs -o o=addr=127.0.0.1,rw,nfsvers=4 -o device=:/missing nfsbad >/dev/null; docker run --rm -v nfsbad:/d busybox true; echo "a folder that is not exported: $?"; docker volume rm nfsbad >/dev/null

link=$(ip -o route get 10.0.2.2 | sed 's/.* dev \([^ ]*\).*/\1/')
ping_from() { docker exec "$1" ping -c 1 -W 3 "$2" >/dev/null 2>&1 && printf yes || printf no; }
for mode in l2 l3 l3s; do
  docker network create -d ipvlan --subnet 10.77.0.0/24 -o parent="$link" -o ipvlan_mode=$mode iv >/dev/null || continue
  docker run -d --name i1 --network iv busybox sleep 1000 >/dev/null; docker run -d --name i2 --network iv busybox sleep 1000 >/dev/null
  echo "ipvlan $mode: $(docker exec i1 ip link show eth0 | grep -o 'link/ether [^ ]*') address $(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.MacAddress}}{{end}}' i1) parent's $(cat /sys/class/net/$link/address)" \
    "route $(docker exec i1 ip route | head -1) reaches the other: $(ping_from i1 "$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' i2)") knows its name: $(docker exec i1 nslookup -type=a i2 2>/dev/null | grep -c 'Address.*10.77')"
  docker network inspect -f '{{json .Options}} {{json .IPAM.Config}}' iv
  docker rm -f i1 i2 >/dev/null; docker network rm iv >/dev/null
done
docker network create -d ipvlan --subnet 10.78.0.0/24 iv0 && docker run --rm --network iv0 busybox ip -o -4 addr show eth0; docker network rm iv0
docker network create -d ipvlan --subnet 10.78.0.0/24 -o parent="$link".30 iv30 && ip -d link show "$link".30 | grep -o 'vlan protocol.*' ; docker network rm iv30; ip link show "$link".30 2>&1 | tail -1
docker network create -d macvlan --subnet 10.79.0.0/24 -o parent="$link" mv >/dev/null && docker run --rm --network mv busybox ip -o -4 addr show eth0; docker network rm mv
ip -o link | grep -c -E 'ipvl|macvl|di-'
