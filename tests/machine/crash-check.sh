#!/usr/bin/env bash
# Runs in the machine after its boot: what was acknowledged (standard input, the lines of crash-work.sh) is there and right, and nothing is corrupt.
# Says a line for each fault, then "checked N, lost M"; exits with 1 when there is a fault.
export DOCKER_HOST=unix:///run/corten/corten.sock
docker() { corten "$@"; } # it starts faster, which counts on a translated processor
faults=0 checked=0
fault() { echo "FAULT: $*"; faults=$((faults + 1)); }
declare -A state content
while read -r sign kind name what; do
  key="$kind $name"; [ "$kind" = image ] && key="imported $name"
  case $sign in
    +) state[$key]=there; [ "$kind" = image ] || content[$key]=$what ;;
    \?) state[$key]=unsure; [ "$kind" = volume ] && state[data $name]=unsure ;;
    -) state[$key]=gone; [ "$kind" = volume ] && state[data $name]=gone ;;
  esac
done
run() { timeout 60 corten run --rm --network none "$@" 2>&1; }
for key in "${!state[@]}"; do
  read -r kind name <<<"$key"; want=${content[$key]}; is=${state[$key]}
  checked=$((checked + 1))
  case $kind in
    volume) there() { docker volume inspect "$name" >/dev/null 2>&1; }; right() { [ "$(docker volume inspect -f '{{.Labels.round}}' "$name")" = "$want" ]; } ;;
    data) there() { docker volume inspect "$name" >/dev/null 2>&1; }
      right() { [ "$(run -v "$name:/d:ro" busybox sh -c 'md5sum </d/big | cut -c1-32; cat /d/sum' | tr '\n' ' ')" = "$want $want " ]; } ;;
    container) there() { docker container inspect "$name" >/dev/null 2>&1; }
      right() { [ "$(docker inspect -f '{{index .Config.Labels "k"}} {{range .Config.Env}}{{println .}}{{end}} {{.HostConfig.Memory}} {{.State.Running}}' "$name" | tr -s ' \n' ' ' | cut -d' ' -f1)" = "$want" ] \
        && docker start "$name" >/dev/null && [ "$(docker exec "$name" sh -c 'echo $X')" = "$want" ] && docker kill "$name" >/dev/null; } ;;
    committed) there() { docker image inspect "$name" >/dev/null 2>&1; }; right() { [ "$(run "$name" sh -c 'cat /f; echo $Y' | tr '\n' ' ')" = "$want $want " ]; } ;;
    imported) there() { docker image inspect "$name" >/dev/null 2>&1; }
      right() { local c s; c=$(docker create "$name" x) && s=$(docker cp "$c:/blob" - | tar -xO | md5sum | cut -c1-32); docker rm "$c" >/dev/null; [ "$s" = "$want" ]; } ;;
    pulled) there() { docker image inspect "$name" >/dev/null 2>&1; }; right() { [ "$(run "$name" sh -c 'cat /p; md5sum -c /sums >/dev/null && echo whole' | tr '\n' ' ')" = "$want whole " ]; } ;;
    built) there() { docker image inspect "$name" >/dev/null 2>&1; }; right() { [ "$(run "$name" sh -c 'cat /built; echo $B; md5sum </r | diff - /sum' | tr '\n' ' ')" = "$want $want " ]; } ;;
  esac
  case $is in
    there) if ! there; then fault "lost: $key"; elif ! right; then fault "wrong: $key"; fi ;;
    unsure) if there && ! right; then fault "half removed: $key"; fi ;;
    gone) if there; then fault "came back: $key"; fi ;;
  esac
done
# Whatever else is listed was not acknowledged, and must be whole all the same.
for image in $(docker images -q --no-trunc | sort -u); do
  docker save "$image" 2>/tmp/save.err | tar -t >/dev/null || fault "image $image can't be saved: $(cat /tmp/save.err)"
done
for c in $(docker ps -aq); do docker inspect "$c" >/dev/null || fault "container $c can't be shown"; done
for v in $(docker volume ls -q); do [ -d "$(docker volume inspect -f '{{.Mountpoint}}' "$v")" ] || fault "volume $v has no folder"; done
echo "checked $checked, faults $faults"
[ $faults = 0 ]
