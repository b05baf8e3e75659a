docker network create --internal npi >/dev/null; docker network create npa >/dev/null; docker network create npz >/dev/null
docker run -d --name npc --network npi -p 18312:80 --expose 90 busybox sh -c 'echo ok >/index.html; exec httpd -f -h / -p 80'; show() { echo "$1"; docker inspect -f '{{json .NetworkSettings.Ports}}' npc; docker ps --format '{{.Ports}}' --filter name=npc; }
ask() { docker run --rm --add-host host:host-gateway busybox sh -c 'timeout 3 wget -qO- http://host:18312 2>/dev/null || echo no'; }
show internal; ask
docker network connect npz npc; show 'first way out'; ask
docker network connect npa npc; show 'the default route moves'; ask; docker exec npc ip route | grep default | awk '{print $4,$5}'
docker network connect --gw-priority 1 bridge npc; show 'by priority'; ask; docker exec npc ip route | grep default | awk '{print $4,$5}'
docker network disconnect bridge npc; docker network disconnect npa npc; show 'and back'; ask; docker exec npc ip route | grep default | awk '{print $4,$5}'
docker network disconnect npz npc; show 'no way out'; ask
docker rm -f npc; docker network rm npi npa npz
docker create --name npc -p 8081:81 --expose 90 busybox; docker ps -a --filter publish=8081 --format '{{.Names}}'; docker ps -a --filter expose=81 --format '{{.Names}}'
docker rm npc; docker run -d --name npc -p 18081:81 -p 18082:82/udp --expose 90 busybox sleep 100
for f in publish=18081 publish=81 publish=18081/tcp publish=18082 publish=18082/udp publish=18080-18090 expose=81 expose=90/tcp expose=1-100 expose=91 publish=0 publish=x publish= publish=90-80 publish=99999 expose=3-x; do echo "$f: $(docker ps -a --filter "$f" --format '{{.Names}}' 2>&1)"; done
docker ps -a --filter publish=999 --filter expose=90 --format '{{.Names}}'; docker rm -f npc
