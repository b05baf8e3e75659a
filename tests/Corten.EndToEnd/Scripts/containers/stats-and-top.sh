H="${DOCKER_HOST#unix://}"
n() { sed -E 's/[0-9.]+(%|[kKMGT]i?B|B)/N/g; s/ +/ /g'; }
docker run -d --name sta busybox sleep 1000 >/dev/null; docker run -d --network none --name stb busybox sleep 1000 >/dev/null; docker create --name stc busybox true >/dev/null
docker stats --no-stream sta stb stc | n
docker stats --no-stream --no-trunc stb | n
docker stats --no-stream --format '{{.Name}} {{.Container}} {{.PIDs}} {{.NetIO}} {{.MemPerc}}' stc
docker stats --no-stream --format 'table {{.Name}}\t{{.PIDs}}' sta stb
docker stats --no-stream --format json stb | n; docker stats --no-stream --format '{{json .}}' stc
docker stats --no-stream --format '{{.Nope}}' sta; echo $?
docker stats --no-stream nosuch; echo $?
# The API: what does not run has empty readings, and what runs has these members
for q in 'stream=0' 'stream=0&one-shot=1' 'stream=1&one-shot=1'; do curl -s --unix-socket $H "http://d/v1.51/containers/stc/stats?$q"; done
curl -s --unix-socket $H 'http://d/v1.51/containers/nosuch/stats?stream=0'
curl -sN --unix-socket $H http://d/v1.51/containers/stc/stats | head -n 1
curl -sN --unix-socket $H http://d/v1.51/containers/sta/stats | head -n 2 | tail -n 1 |
  sed -E 's/\{"major"[^]]*//g; s/"percpu_usage":\[[^]]*\],//g; s/"(blkio_stats)":\{[^}]*\}/"\1":X/; s/"memory_stats":.*,"limit":[0-9]+\}/"memory_stats":X/; s/"(read|preread|id)":"[^"]*"/"\1":X/g; s/:[0-9]+/:N/g'
curl -s --unix-socket $H 'http://d/v1.51/containers/stb/stats?stream=0&one-shot=1' | grep -o '"networks.*'
# ps's forms
docker top stb | awk '{print NF, $NF}'; docker top stb aux | awk '{print NF, $NF}'; docker top stb -o pid,comm | awk '{print $NF}'; docker top stb -eo user,pid,args | awk '{print $1, $NF}'
docker top stb -o comm; echo $?; docker top stb --nosuch; echo $?; docker top stc; echo $?; docker top nosuch; echo $?
docker rm -f sta stb stc
