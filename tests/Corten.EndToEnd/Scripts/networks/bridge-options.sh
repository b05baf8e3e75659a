# The bridge driver's own options. Looks from the host, so it has to run in the network namespace of the engine.
{
made() { sed 's/^[0-9a-f]\{64\}$/made/'; }
serve='echo ok >/index.html; exec httpd -f -h /'
docker network create -o com.docker.network.bridge.host_binding_ipv4=127.0.0.1 nbh | made; docker run -d --name nbh1 --network nbh -p 18601:80 busybox sleep 100 | made; docker port nbh1; docker rm -f nbh1; docker network rm nbh
docker network create -o com.docker.network.bridge.enable_icc=false nbi | made; docker run -d --name nbi1 --network nbi -p 18602:80 busybox sh -c "$serve" | made; docker run --rm --network nbi busybox sh -c 'ping -c1 -W1 nbi1 >/dev/null 2>&1 || echo apart; timeout 2 wget -qO- http://nbi1 2>/dev/null || echo closed; true'; curl -sm3 http://127.0.0.1:18602; docker rm -f nbi1; docker network rm nbi
docker network create -o com.docker.network.bridge.enable_ip_masquerade=false --subnet 10.96.5.0/24 nbm | made; ip link add nbo type veth peer name nbp; ip netns add nbout$$; ip link set nbp netns nbout$$; ip addr add 10.96.9.1/24 dev nbo; ip link set nbo up; ip -n nbout$$ addr add 10.96.9.2/24 dev nbp; ip -n nbout$$ link set nbp up; ip -n nbout$$ route add default via 10.96.9.1
nsenter --net=/run/netns/nbout$$ timeout 20 python3 -c 'import socket
s=socket.socket(); s.setsockopt(1,2,1); s.bind(("",8099)); s.listen(); s.settimeout(15)
for i in range(2):
    c,a=s.accept(); c.sendall((a[0]+"\n").encode()); c.close()' & for i in $(seq 50); do ip netns exec nbout$$ ss -Hltn | grep -q :8099 && break; sleep 0.1; done
docker run --rm --network nbm busybox sh -c 'timeout 4 nc 10.96.9.2 8099; true'; docker run --rm busybox sh -c 'timeout 4 nc 10.96.9.2 8099; true'; wait
docker network create -o com.docker.network.bridge.gateway_mode_ipv4=routed --subnet 10.96.6.0/24 nbr | made; docker run -d --name nbr1 --network nbr --ip 10.96.6.9 -p 18603:80 busybox sh -c "$serve" | made; docker port nbr1; docker inspect -f '{{json .NetworkSettings.Ports}}' nbr1; curl -sm3 http://127.0.0.1:18603 || echo 'nothing on the host'
nsenter --net=/run/netns/nbout$$ sh -c 'curl -sm3 http://10.96.6.9; curl -sm3 http://10.96.6.9:81 || echo closed'; docker rm -f nbr1; docker network rm nbr
docker network create -o com.docker.network.bridge.gateway_mode_ipv4=nat-unprotected --subnet 10.96.7.0/24 nbu | made; docker run -d --name nbu1 --network nbu --ip 10.96.7.9 -p 18604:80 busybox sh -c "$serve" | made; docker port nbu1; nsenter --net=/run/netns/nbout$$ sh -c 'curl -sm3 http://10.96.7.9; curl -sm3 http://10.96.9.1:18604'; docker rm -f nbu1; docker network rm nbu
docker network create --internal -o com.docker.network.bridge.gateway_mode_ipv4=isolated --subnet 10.96.8.0/24 -o com.docker.network.bridge.name=nbiso nbs | made; ip -o -4 addr show dev nbiso | wc -l; docker run --rm --network nbs busybox ip route; docker network rm nbs; docker network create -o com.docker.network.bridge.gateway_mode_ipv4=isolated nbs
docker network create -o com.docker.network.bridge.inhibit_ipv4=true -o com.docker.network.bridge.name=nbinh --subnet 10.96.10.0/24 nbn | made; ip -o -4 addr show dev nbinh | wc -l; docker network rm nbn
docker network create -o com.docker.network.bridge.trusted_host_interfaces=nbo --subnet 10.96.11.0/24 nbt | made; docker run -d --name nbt1 --network nbt --ip 10.96.11.9 -p 80 busybox sh -c "$serve" | made; nsenter --net=/run/netns/nbout$$ sh -c 'curl -sm3 http://10.96.11.9'; docker rm -f nbt1; docker network rm nbt
docker network create -o com.docker.network.host_ipv4=10.96.9.1 --subnet 10.96.12.0/24 nbv | made; docker network inspect -f '{{json .Options}}' nbv; docker network rm nbv nbm
ip link del nbo; ip netns del nbout$$
} 2>&1
