# Makes links, so it has to run in the network namespace of the engine.
ip link add nsmac type veth peer name nsmacb; ip link set nsmac up; ip link set nsmacb up
docker network create -d macvlan -o parent=nsmac --subnet 10.81.0.0/24 --gateway 10.81.0.6 --subnet fd81::/64 --ipv6 nsm | sed 's/.*/made/'
docker network inspect nsm -f '{{json .Options}} {{.Internal}}'
docker run -d --name nsm1 --network nsm busybox sleep 100 | sed 's/.*/run/'; docker exec nsm1 ip -o addr | awk '$2=="eth0" && !/fe80/ {print $3,$4}'; docker exec nsm1 ip route; docker exec nsm1 ip -6 route | grep default | sed 's/ metric.*//'
docker run --rm --network nsm --ip 10.81.0.33 busybox sh -c 'ip -o -4 addr | grep eth0 | cut -d" " -f7; ip route'
docker run --rm --network nsm --ip 10.83.0.3 busybox true; echo "code $?"
docker run --rm --network nsm --ip 10.81.0.2 busybox true 2>&1 | sed -E 's/[0-9a-f]{64}/ID/'; echo "code $?"
docker run --rm --network nsm busybox sh -c 'ping -c1 -w2 10.81.0.2 >/dev/null && echo reached; nslookup -type=a nsm1 | grep -A1 ^Name; ip -d link show eth0 2>/dev/null | grep -o "macvlan.*mode [a-z]*"'
docker network inspect nsm -f '{{range .IPAM.Config}}{{println .Subnet .Gateway}}{{end}}' | sort
docker inspect nsm1 -f '{{with .NetworkSettings.Networks.nsm}}{{.Gateway}} {{.IPAddress}} {{.IPPrefixLen}} {{.IPv6Gateway}} {{.GlobalIPv6Address}}{{end}} {{json .NetworkSettings.Ports}}'
docker rm -f nsm1; docker network rm nsm
docker network create -d macvlan -o parent=nsmac -o macvlan_mode=nosuch nsm; docker network create -d macvlan -o parent=lo nsm; docker network create -d macvlan -o parent=nosuch0 nsm; docker network create -d macvlan -o parent=nosuch0.12 nsm; docker network create -d macvlan -o parent=nsmac.5000 nsm
docker network create -d macvlan -o parent=nsmac -o macvlan_mode=private --subnet 10.84.0.0/24 nsp | sed 's/.*/made/'; docker run --rm --network nsp busybox ip route; docker network create -d macvlan -o parent=nsmac --subnet 10.85.0.0/24 nsq | sed 's/^[0-9a-f]*$/made/'; docker network rm nsq 2>/dev/null; docker network rm nsp
docker network create -d ipvlan -o parent=nsmac -o ipvlan_mode=nosuch nsi; docker network create -d ipvlan -o parent=nsmac -o ipvlan_flag=nosuch nsi
docker network create -d ipvlan -o parent=nsmac --subnet 10.86.0.0/24 nsi | sed 's/.*/made/'; docker network inspect nsi -f '{{json .IPAM.Config}}'; docker network rm nsi
ip link del nsmac
