#!/usr/bin/env bash
# From nothing to a container that answers on a published port. No registry is needed.
# usage: ./quickstart.sh           builds, starts cortend, runs a web server in a container, shows it
#        ./quickstart.sh clean     takes all of that away again, the built programs excepted
set -euo pipefail
cd "$(dirname "$0")"
[ "$(id -u)" = 0 ] || { echo "quickstart.sh: must run as root (try: sudo ./quickstart.sh)" >&2; exit 1; }
state=/var/lib/corten-quickstart run=/run/corten-quickstart port=${PORT:-8080}
export DOCKER_HOST=unix://$run/corten.sock
corten=$PWD/out/corten
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() { printf '$ corten %s\n' "$*"; "$corten" "$@"; }

stop_daemon() {
  [ -f $run/cortend.pid ] || return 0
  local pid
  pid=$(cat $run/cortend.pid)
  kill "$pid" 2>/dev/null || return 0
  tail --pid="$pid" -f /dev/null
}

if [ "${1:-}" = clean ]; then
  if [ -S $run/corten.sock ]; then
    "$corten" ps -aq | xargs -r "$corten" rm -fv >/dev/null
  fi
  stop_daemon
  if ip link show corten0 >/dev/null 2>&1; then ip link del corten0; fi
  if [ -x out/cortend ]; then out/cortend remove-rules; fi
  rm -rf $state $run
  echo "The quickstart's containers, images and daemon are gone."
  exit 0
fi

./scripts/install-needs.sh quickstart
if [ ! -x out/cortend ]; then say "Building (a few minutes the first time)"; ./build.sh; fi

say "Starting cortend"
mkdir -p $run
if ! "$corten" version >/dev/null 2>&1; then
  setsid out/cortend --data-root $state --exec-root $run -H "$DOCKER_HOST" --pidfile $run/cortend.pid </dev/null >$run/cortend.log 2>&1 &
  for _ in $(seq 100); do [ -S $run/corten.sock ] && break; sleep 0.1; done
fi
"$corten" version --format 'cortend {{.Server.Version}}, API {{.Server.APIVersion}}' || { cat $run/cortend.log >&2; exit 1; }

say "Making a base image from busybox"
base=$(mktemp)
./scripts/base-image.sh "$base"
show import -c 'CMD ["sh"]' "$base" busybox:latest
rm -f "$base"

say "Running a web server in a container, published on port $port"
"$corten" rm -f hello >/dev/null 2>&1 || true
show run -d --name hello -p "$port:80" busybox sh -c 'echo "Hello from a container" > /var/www/index.html; exec httpd -f -v -h /var/www'
curl -fsS --retry 20 --retry-connrefused --retry-delay 1 "http://127.0.0.1:$port/"

say "Looking at it"
show ps
show logs hello
show exec hello ps
cat <<EOF

It goes on running. To use it from this shell:   export DOCKER_HOST=$DOCKER_HOST
The stock docker command works with that too. To take everything away:   ./quickstart.sh clean
EOF
