docker network create nb1; docker network create --subnet 10.99.0.0/24 --gateway 10.99.0.1 --label a=b nb2
docker network create nb1; echo "code $?"; docker network create bridge; echo "code $?"; docker network create --driver nosuch nb3; echo "code $?"; docker network create --subnet 10.99.0.0/25 nb3 2>&1 | sed 's/address space.*/address space/'; echo "code $?"; docker network create --subnet bad nb3; echo "code $?"
docker network inspect -f '{{.Name}} {{.Driver}} {{.Scope}} {{.IPAM.Config}} {{.Labels}} {{.Internal}} {{.Attachable}} {{.EnableIPv6}}' nb2
docker network ls --filter name=nb --format '{{.Name}} {{.Driver}} {{.Scope}}'
docker run -d --name nba --network nb2 --ip 10.99.0.50 --network-alias alias1 busybox sleep 100
docker run --rm --network nb2 busybox sh -c 'ping -c 1 -w 2 nba >/dev/null && echo name; ping -c 1 -w 2 alias1 >/dev/null && echo alias; nslookup nosuchname 2>&1 | grep -c NXDOMAIN | sed "s/[1-9]/some/"; grep nameserver /etc/resolv.conf'
docker network connect nb1 nba; docker exec nba ip -o -4 addr | awk '{print $2}'; docker network connect nb1 nba; echo "code $?"
docker inspect -f '{{range $k,$v := .NetworkSettings.Networks}}{{$k}} {{$v.Aliases}};{{end}}' nba | sed -E 's/[0-9a-f]{12}/ID/g'
docker network rm nb1 2>&1 | sed -E 's/[0-9a-f]{64}/ID/'; docker network disconnect nb1 nba; docker network disconnect nb1 nba; echo "code $?"
docker run --rm --network nb1 --ip 10.99.0.9 busybox true; echo "code $?"
docker rm -f nba; docker network rm nb1 nb2; docker network rm nosuch; echo "code $?"; docker network rm bridge; echo "code $?"; docker network inspect nosuch; echo "code $?"
docker network create --internal ni; docker run --rm --network ni busybox ip route | grep -c default; docker network rm ni
docker network ls --filter nosuch=1; echo "code $?"
docker ps -aq --filter status=created | xargs -r docker rm >/dev/null
docker network create --ingress ing; docker network create --scope swarm swa; docker network connect nosuch nosuchcontainer; docker network ls -q --filter name=ing --filter name=swa
