#!/usr/bin/env bash
# Runs in the machine: changes everything a daemon keeps, in five loops at once, and says a line for each change that was acknowledged.
# usage: crash-work.sh ROUND
# Lines: "+ KIND NAME CONTENT" it is there, "- KIND NAME" it is gone, "? KIND NAME" it is being removed: either is right until a "-" follows.
export DOCKER_HOST=unix:///run/corten/corten.sock
docker() { corten "$@"; } # it starts faster, which counts on a translated processor
round=$1
say() { printf '%s\n' "$*"; }
volumes() {
  local i=0 v
  while :; do
    i=$((i + 1)); v=r$round-v$i
    docker volume create --label round="$round" "$v" >/dev/null && say "+ volume $v $round"
    # What a program has synced, as a database does it.
    docker run --rm -v "$v:/d" busybox sh -c "head -c 70000 /dev/urandom | dd of=/d/big conv=fsync 2>/dev/null && md5sum </d/big | cut -c1-32 | dd of=/d/sum conv=fsync 2>/dev/null && cat /d/sum" >/tmp/sum.$round \
      && say "+ data $v $(cat /tmp/sum.$round)"
    if [ $((i % 3)) = 0 ]; then say "? volume r$round-v$((i - 1))"; docker volume rm "r$round-v$((i - 1))" >/dev/null && say "- volume r$round-v$((i - 1))"; fi
  done
}
containers() {
  local i=0 c
  while :; do
    i=$((i + 1)); c=r$round-c$i
    docker run -d --name "$c" -e "X=$c" --label "k=$c" --memory 64m busybox sh -c "echo $c >/f; exec sleep 100000" >/dev/null && say "+ container $c $c"
    if [ $((i % 2)) = 0 ]; then
      docker commit -c "ENV Y=$c" "$c" "img-$c" >/dev/null && say "+ committed img-$c $c"
      say "? container $c"; docker rm -f "$c" >/dev/null && say "- container $c"
    fi
  done
}
loads() {
  local i=0 n d
  while :; do
    i=$((i + 1)); n=r$round-load$i; d=$(mktemp -d)
    head -c 300000 /dev/urandom >"$d/blob"; md5sum <"$d/blob" | cut -c1-32 >"$d/sum"
    tar -C "$d" -c . | docker import - "$n" >/dev/null && say "+ imported $n $(cat "$d/sum")"
    rm -rf "$d"
    if [ $((i % 3)) = 0 ]; then
      docker save "r$round-load$((i - 1))" -o /tmp/saved.$round; s=$(docker image inspect -f '{{.Id}}' "r$round-load$((i - 1))")
      say "? imported r$round-load$((i - 1))"; docker rmi "r$round-load$((i - 1))" >/dev/null && say "- imported r$round-load$((i - 1))"
      docker load -q -i /tmp/saved.$round >/dev/null && say "+ image r$round-load$((i - 1)) $s"
    fi
  done
}
pulls() {
  local i=0 n s
  while :; do
    i=$((i + 1)); n=127.0.0.1:5000/p$((i % 4))
    docker pull -q "$n" >/dev/null && say "+ pulled $n $((i % 4))"
    sleep 0.5
    say "? pulled $n"; docker rmi "$n" >/dev/null && say "- pulled $n"
  done
}
builds() {
  local i=0 b
  while :; do
    i=$((i + 1)); b=r$round-b$i
    printf 'FROM busybox\nRUN echo %s >/built && head -c 100000 /dev/urandom >/r && md5sum </r >/sum\nENV B=%s\n' "$b" "$b" | corten build -q -t "$b" - >/dev/null && say "+ built $b $b"
  done
}
volumes & containers & loads & pulls & builds &
wait
