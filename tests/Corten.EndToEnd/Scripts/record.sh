#!/bin/sh
# Records what a real Docker Engine prints for the scripts, each into its .out file. The engine needs the image `busybox` of scripts/base-image.sh.
# networks/reachability.sh looks from the host's side too: record it in the network namespace of the engine (nsenter --net=... record.sh ...).
# usage: record.sh unix://SOCKET [SCRIPT...]       docker on the PATH must be the stock client (scripts/stock-clients.sh)
set -eu
export DOCKER_HOST=${1:?usage: record.sh unix://SOCKET [SCRIPT...]}
shift
cd "$(dirname "$0")"
[ $# -gt 0 ] || set -- $(find . -name '*.sh' ! -name record.sh | sort)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for script; do
  code=0
  script=$(realpath "$script")
  rm -rf "$work/run"; mkdir "$work/run"
  (cd "$work/run" && sh "$script" >../out 2>../err </dev/null) || code=$?
  { echo "== output"; cat "$work/out"; echo "== errors"; cat "$work/err"; echo "exit $code"; } |
    sed -E 's/sha256:[0-9a-f]{64}/sha256:DIGEST/g; s/\b[0-9a-f]{64}\b/ID64/g; s/\b[0-9a-f]{12}\b/ID12/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)/TIME/g;
      s/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]+ [+-][0-9]{4} [A-Z]+/TIME/g; s/(About an?|Less than a|[0-9]+) (second|minute|hour)s?( ago)?/AGE/g; s/\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b/MAC/g' >"${script%.sh}.out"
  echo "recorded $script"
done
