#!/usr/bin/env bash
# Kills the machine (not the daemon: its page cache goes too) while everything is being changed, boots it again, and looks whether what was acknowledged is there.
# usage: crash.sh FOLDER [ROUNDS] [FIRST]     results in FOLDER/crash.log
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?usage: crash.sh FOLDER [ROUNDS] [FIRST]} rounds=${2:-15} first=${3:-1}
on() { "$here/on.sh" "$folder" "$@"; }
end() { kill -9 "$(cat "$folder/pid")" 2>/dev/null || true; rm -f "$folder/ssh"; }
trap end EXIT
export MACHINE_APPEND=' init=/sbin/plain-init'
up() {
  "$here/boot.sh" "$folder" 1800 && on 'export DOCKER_HOST=unix:///run/corten/corten.sock
    for i in $(seq 300); do docker version >/dev/null 2>&1 && exit 0; sleep 0.2; done; exit 1'
}

up
on 'cat >/root/crash-work.sh' <"$here/crash-work.sh"
on 'cat >/root/crash-check.sh' <"$here/crash-check.sh"
# The images that are pulled are made once, pushed, and put on the disk.
on 'export DOCKER_HOST=unix:///run/corten/corten.sock; docker image inspect busybox >/dev/null 2>&1 || docker import /root/busybox.tar busybox
  for i in 0 1 2 3; do
    printf "FROM busybox\nRUN echo $i >/p\nRUN for f in 1 2 3 4 5; do head -c 400000 /dev/urandom >/f\$f; done; md5sum /f? >/sums\n" | corten build -q -t 127.0.0.1:5000/p$i - >/dev/null
    docker push -q 127.0.0.1:5000/p$i >/dev/null && docker rmi 127.0.0.1:5000/p$i >/dev/null
  done; sync'
for ((round = first; round < first + rounds; round++)); do
  acknowledged=$folder/acknowledged.$round
  on "exec bash /root/crash-work.sh $round 2>&1" >"$acknowledged" 2>/dev/null </dev/null &
  worker=$!
  # Some work first, then any moment.
  wanted=$((6 + RANDOM % 20))
  for _ in $(seq 900); do [ "$(wc -l <"$acknowledged")" -lt $wanted ] || break; sleep 0.2; done
  sleep "$((RANDOM % 3)).$((RANDOM % 1000))"
  end
  wait $worker || true
  sleep 1
  up || { echo "round $round: the daemon did not start" | tee -a "$folder/crash.log"; on 'cat /tmp/corten.log' >>"$folder/crash.log"; exit 1; }
  # A line that was cut off in the middle says nothing.
  [ -z "$(tail -c1 "$acknowledged")" ] || sed -i '$d' "$acknowledged"
  { grep -v '^[-+?] ' "$acknowledged" || true; } | sed "s/^/round $round said: /" >>"$folder/crash.log"
  { echo "round $round: $(grep -c '^[-+] ' "$acknowledged") acknowledged: $(cut -d' ' -f1,2 "$acknowledged" | grep '^[-+] ' | sort | uniq -c | tr -s ' \n' ' ')"
    grep '^[-+?] ' "$acknowledged" | on 'bash /root/crash-check.sh' || true
    on 'export DOCKER_HOST=unix:///run/corten/corten.sock
      grep -E "level=(warn|error)|removed" /tmp/corten.log | head -20
      echo "$(find /sys/fs/cgroup/corten -mindepth 1 -maxdepth 1 -type d 2>/dev/null | wc -l) cgroups, $(ls /sys/class/net | grep -c veth) pairs, $(docker ps -q | wc -l) running"
      docker ps -aq | xargs -r docker rm -f >/dev/null; docker volume prune -af >/dev/null; docker image ls -q | sort -u | grep -v "$(docker image ls -q busybox)" | xargs -r docker rmi -f >/dev/null 2>&1; corten builder prune -af >/dev/null 2>&1
      docker system df --format "{{.Type}} {{.TotalCount}} {{.Size}}" | tr "\n" ";"; echo; du -sh --exclude=corten.db* /var/lib/corten | cut -f1; sync'
  } 2>&1 | tee -a "$folder/crash.log"
done
