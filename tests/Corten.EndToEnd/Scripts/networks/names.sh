# What names mean inside containers.
{
docker network create --subnet 10.61.0.0/24 --ipv6 --subnet fd61::/64 nna >/dev/null; docker network create --subnet 10.62.0.0/24 nnb >/dev/null
docker run -d --name nnweb1 --network nna --ip 10.61.0.11 --network-alias web -h first busybox sleep 300 >/dev/null
docker run -d --name nnweb2 --network nna --ip 10.61.0.12 --network-alias web --network-alias Second busybox sh -c "while true; do nc -lp 53 -e echo mine; done" >/dev/null
docker run -d --name nnfar --network nnb --ip 10.62.0.13 --network-alias web busybox sleep 300 >/dev/null
docker run -d --name nnask --network nna --network nnb --add-host pinned:10.1.2.3 busybox sleep 300 >/dev/null
look() { echo "? $*"; docker exec nnask nslookup "$@" 2>&1 | sed -n '/^Name:/,$p' | grep -E '^Address' | sort; }
look -type=a nnweb1; look -type=aaaa nnweb1; look -type=a NNWEB1; look -type=a first; look -type=a $(docker inspect -f '{{slice .Id 0 12}}' nnweb1); look -type=a nnweb1.nna; look -type=a nnweb1.nnb; look -type=a second; look -type=a web; look -type=a web.nna; look -type=aaaa nnfar; look -type=a nnfar.nnb.
docker exec nnask nslookup -type=ptr 11.0.61.10.in-addr.arpa 2>&1 | grep 'name ='; docker exec nnask nslookup -type=ptr 1.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.6.d.f.ip6.arpa 2>&1 | grep -c 'name ='; docker exec nnask nslookup -type=ptr 13.0.62.10.in-addr.arpa 2>&1 | grep 'name ='
docker exec nnask nslookup -type=mx nnweb1 2>&1 | grep -c '^nnweb1'; docker exec nnask nslookup -type=srv web 2>&1 | grep -c 'service ='
for i in $(seq 60); do docker exec nnask nslookup -type=a web 2>/dev/null | grep -A1 '^Name' | sed -n 2p; done | sort -u
docker exec nnask ping -c1 -w2 pinned 2>&1 | head -1 | cut -d' ' -f2,3; docker exec nnask cat /etc/hosts | grep pinned
docker run --rm --network nna --dns-search example.test --dns-search nna --dns-option ndots:2 busybox sh -c 'grep -vE "^#|^$" /etc/resolv.conf; for n in nnweb1 nnweb1.nna web; do nslookup -type=a $n 2>&1 | grep -A1 "^Name" | sort -u; done; ping -c1 -w2 nnweb1 | head -1 | cut -d" " -f2,3'
docker exec nnask sh -c 'nc 10.61.0.12 53 </dev/null'; docker exec nnweb2 sh -c 'nslookup -type=a nnask 2>&1 | grep -A1 ^Name | grep Address'
docker exec nnfar nslookup -type=a nnweb1 >/dev/null 2>&1 || echo 'not from another network'; docker network disconnect nnb nnask; look -type=a nnfar; look -type=a web; docker network connect --alias askb nnb nnask; docker exec nnfar nslookup -type=a askb 2>&1 | grep -c ^Name
docker rename nnweb1 nnnew; look -type=a nnnew; look -type=a nnweb1; look -type=a first; docker stop -t 0 nnweb2 >/dev/null; look -type=a web; docker start nnweb2 >/dev/null; look -type=a nnweb2
docker run --rm --network nna --link nnnew:linked busybox nslookup -type=a linked 2>&1 | sed -n '/^Name:/,$p' | grep Address; docker run --rm --network nna --name nnself -h me busybox sh -c 'nslookup -type=a me 2>&1 | sed -n "/^Name:/,\$p" | grep -c Address; hostname -i | wc -w'
docker run --rm busybox sh -c 'nslookup -type=a nnnew >/dev/null 2>&1 || echo none'; docker run --rm --network container:nnask busybox nslookup -type=a nnnew 2>&1 | sed -n '/^Name:/,$p' | grep Address
docker run --rm --network nna --dns 127.0.0.1 --dns-search . busybox sh -c 'grep -vE "^#|^$" /etc/resolv.conf; nslookup -type=a nnnew 2>&1 | sed -n "/^Name:/,\$p" | grep Address'
docker rm -f nnnew nnweb2 nnfar nnask >/dev/null; docker network rm nna nnb
} 2>&1
