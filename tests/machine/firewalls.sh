#!/usr/bin/env bash
# Runs in the machine: what containers reach, and who reaches them, beside the firewalls that people run. A line for each state; Docker's own answers are the standard.
# usage: firewalls.sh [docker host]
export DOCKER_HOST=${1:-unix:///run/corten/corten.sock}
service=${SERVICE:-corten}
systemctl start "$service"
docker image inspect busybox >/dev/null 2>&1 || docker import /root/busybox.tar busybox >/dev/null
# socat with its libraries: for UDP, which busybox does not speak.
docker image inspect socat >/dev/null 2>&1 || tar -chf - -C / usr/bin/socat $(ldd /usr/bin/socat | grep -o '/lib[^ ]*') 2>/dev/null | docker import - socat >/dev/null
docker rm -f web one two echo six >/dev/null 2>&1; docker network rm net net6 >/dev/null 2>&1
# Another machine: a namespace behind a pair, with a server of its own; the host has one too.
ip netns del outside 2>/dev/null
ip netns add outside
ip link add wire0 type veth peer name eth0 netns outside
ip addr add 10.99.0.1/24 dev wire0; ip link set wire0 up
ip netns exec outside sh -c 'ip addr add 10.99.0.2/24 dev eth0; ip link set eth0 up; ip link set lo up; ip route add default via 10.99.0.1; ip addr add fd99::2/64 dev eth0 nodad; ip route add default via fd99::1'
ip addr add fd99::1/64 dev wire0 nodad
mkdir -p /tmp/www; echo served >/tmp/www/index.html
docker create --name extract busybox x >/dev/null; docker cp -q extract:/bin/busybox /root/busybox; docker rm extract >/dev/null
ip netns exec outside /root/busybox httpd -p 9000 -h /tmp/www
/root/busybox httpd -p 10.99.0.1:9001 -h /tmp/www
docker network create net >/dev/null
docker run -d --name web -p 8080:80 busybox httpd -f -h /etc >/dev/null
docker run -d --name one --network net -p 8081:80 busybox httpd -f -h /etc >/dev/null
docker run -d --name two --network net busybox httpd -f -h /etc >/dev/null
docker run -d --name echo -p 8082:8082/udp socat socat UDP4-LISTEN:8082,fork PIPE >/dev/null
docker network create --ipv6 --subnet fd98::/64 net6 >/dev/null
docker run -d --name six --network net6 -p 8083:80 busybox httpd -f -h /etc >/dev/null
address=$(docker inspect -f '{{.NetworkSettings.IPAddress}}' web)
address6=$(docker inspect -f '{{.NetworkSettings.Networks.net6.GlobalIPv6Address}}' six)

get() { "$@" >/dev/null 2>&1 && printf yes || printf no; }
# A request by netcat: the static busybox's wget asks glibc for names, which a translated processor does not survive.
ask='printf "GET /$3 HTTP/1.0\r\n\r\n" | $4 nc -w 3 "$1" "$2" | grep -q " 200 "'
outside() { get ip netns exec outside bash -c "$ask" ask "$@" /root/busybox; }
inside() { local c=$1; shift; get docker exec "$c" sh -c "$ask" ask "$@" ''; }
datagram() { get "$@" bash -c 'echo hello | socat -t 2 - UDP4:10.99.0.1:8082 | grep -q hello'; }
matrix() {
  printf '%-42s' "$1:"
  printf ' in %s' "$(outside 10.99.0.1 8080 passwd)"
  printf ' in-net %s' "$(outside 10.99.0.1 8081 passwd)"
  printf ' loopback %s' "$(get curl -s -m 3 http://127.0.0.1:8080/passwd)"
  printf ' direct %s' "$(outside "$address" 80 passwd)"
  printf ' out %s' "$(inside web 10.99.0.2 9000 index.html)"
  printf ' out-net %s' "$(inside one 10.99.0.2 9000 index.html)"
  printf ' host %s' "$(inside web 10.99.0.1 9001 index.html)"
  printf ' neighbour-by-name %s' "$(inside one "$(docker exec one nslookup -type=a two 2>/dev/null | sed -n 's/^Address: //p' | tail -1)" 80 passwd)"
  printf ' other-net-published %s' "$(inside one 10.99.0.1 8080 passwd)"
  printf ' hairpin %s' "$(inside one 10.99.0.1 8081 passwd)"
  printf ' udp-in %s' "$(datagram ip netns exec outside)"
  printf ' udp-host %s' "$(datagram env)"
  printf ' six-in %s' "$(get ip netns exec outside curl -s -m 3 'http://[fd99::1]:8083/passwd')"
  printf ' six-loopback %s' "$(get curl -s -m 3 'http://[::1]:8083/passwd')"
  printf ' six-direct %s' "$(get ip netns exec outside curl -s -m 3 "http://[$address6]:80/passwd")"
  printf ' six-out %s' "$(inside six fd99::2 9000 index.html)"
  printf ' dns-outside %s\n' "$(get docker exec one nslookup -type=a example.org)"
}

matrix 'no firewall'
ufw default deny incoming >/dev/null; ufw default deny routed >/dev/null; ufw allow 22 >/dev/null
ufw --force enable >/dev/null; matrix 'ufw, deny incoming and routed'
ufw reload >/dev/null; matrix 'ufw reload'
systemctl restart "$service"; matrix 'ufw, daemon restarted'
docker restart -t 0 web >/dev/null; matrix 'ufw, container restarted'
ufw --force disable >/dev/null; matrix 'ufw disabled'
iptables -P FORWARD DROP; matrix 'iptables -P FORWARD DROP'
iptables -F; matrix 'iptables -F, policy still DROP'
printf '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n' | iptables-restore; matrix 'iptables-restore of another set, DROP'
iptables -P FORWARD ACCEPT
systemctl start firewalld; firewall-cmd -q --zone=trusted --change-interface=ens3 2>/dev/null; matrix 'firewalld, default zone'
firewall-cmd -q --reload; matrix 'firewall-cmd --reload'
systemctl restart firewalld; matrix 'firewalld restarted'
firewall-cmd -q --complete-reload; matrix 'firewall-cmd --complete-reload'
systemctl restart "$service"; matrix 'firewalld, daemon restarted'
firewall-cmd --get-active-zones | tr '\n' ' '; echo
docker network create later >/dev/null; docker run -d --name late --network later busybox sleep 1000 >/dev/null; echo "a network made later, to the host: $(inside late 10.99.0.1 9001 index.html)"; firewall-cmd --get-active-zones | tr '\n' ' '; echo; docker rm -f late >/dev/null; docker network rm later >/dev/null
firewall-cmd --get-active-zones | tr '\n' ' '; echo
systemctl stop firewalld; matrix 'firewalld stopped'
nft add table inet own; nft add chain inet own f '{ type filter hook forward priority 0; policy drop; }'; matrix "a drop policy in a table of the administrator's"
nft delete table inet own
docker rm -f web one two echo six >/dev/null; docker network rm net net6 >/dev/null
pkill -x busybox; ip netns del outside; ip link del wire0 2>/dev/null
