# What is no request, or asks for what can't be: status and words of every group of endpoints.
# One curl asks them all: METHOD PATH [CONTENT-TYPE BODY], a line each. Under an answer stands what was asked, with the status and the content type.
H="${DOCKER_HOST#unix://}"
q() { printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" >>asked; }
j() { q "$1" "$2" application/json "$3 "; }
ask() {
  awk -F'\t' -v socket="$H" '
    function esc(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return s }
    {
      label = $0; gsub(/\t/, " ", label); gsub(/%/, "%%", label)
      printf "%ssilent\ngloboff\npath-as-is\nmax-time = 20\nunix-socket = \"%s\"\nrequest = \"%s\"\nurl = \"http://d%s\"\nwrite-out = \"\\n# %s: %%{http_code} %%{content_type}\\n\"\n", (NR > 1 ? "next\n" : ""), socket, $1, esc($2), esc(label)
      if ($3 != "") printf "header = \"Content-Type: %s\"\ndata-binary = \"%s\"\n", $3, esc($4)
    }' asked >requests
  curl -K requests; rm asked
}

n256=$(printf 'a%.0s' $(seq 256)) t129=$(printf 't%.0s' $(seq 129)) hex=$(printf '1%.0s' $(seq 64)) zero=$(printf '0%.0s' $(seq 64))

# Names that can't be, where a name is taken
for n in NoSuch no%20such $n256 busybox: busybox:bad%20tag busybox:$t129 busybox@sha256:abc busybox@sha256:$zero -x x:y:z @ : http:%2f%2fx a%2F%2Fb sha256:$hex $hex ..%2fx; do
  q GET /images/$n/json; q GET /images/$n/history; q DELETE /images/$n; q POST "/images/$n/tag?repo=x"; q POST "/images/nosuch/tag?repo=$n"; q GET "/containers/$n/json"
  q POST "/containers/$n/start"; q GET "/networks/$n"; q GET "/volumes/$n"; q GET "/exec/$n/json"; j POST "/containers/create?name=$n" '{"Image":"nosuch"}'; q POST "/commit?container=nosuch&repo=$n"
done
for n in NoSuch no%20such busybox: busybox@sha256:$zero; do q GET /images/$n/get; q GET "/images/get?names=$n"; done
for n in NoSuch no%20such busybox: $hex localhost:99999%2fx; do q GET /distribution/$n/json; done
q DELETE /images/; q DELETE /volumes/; q GET '/images/get?names='; q GET /containers/%zz/json; q GET /containers/a%2fb/json

# Bodies
for b in null '[]' true 1 '""' '{}' '{' '' '{"Image":"nosuch","HostConfig":{"Links":["x:y:z:"]}}' '{"Image":"busybox","WorkingDir":"/etc/passwd"}'; do j POST /containers/create "$b"; j POST /containers/nosuch/exec "$b"; j POST /networks/create "$b"; done
for b in '' '[]' '{' '{"username":1}' '{"serveraddress":"x y"}' '{"username":"a","password":"b","serveraddress":"127.0.0.1:1"}'; do j POST /auth "$b"; done
for c in text/plain application/x ' json' multipart/form-data; do q POST /containers/create "$c" '{"Image":"nosuch"}'; q POST /networks/create "$c" '{}'; done

# Queries
for f in x '[]' '{' '{"x":["y"]}' '{"label":1}'; do
  for u in /containers/json /images/json /networks /volumes /containers/prune /images/prune /networks/prune /volumes/prune /build/prune; do
    m=GET; case $u in */prune) m=POST ;; esac; q $m "$u?filters=$f"
  done
done
for u in /images/prune /build/prune /containers/prune /networks/prune; do q POST "$u?filters={\"until\":[\"x\"]}"; q POST "$u?filters={\"until\":[\"1h\",\"2h\"]}"; done
for k in keep-storage reserved-space max-used-space min-free-space; do q POST "/build/prune?$k=x"; done
q GET '/images/json?filters={"until":["x"]}'; q GET '/images/json?filters={"dangling":["x"]}'; q GET '/images/json?filters={"before":["nosuch"]}'; q GET '/networks/bridge?verbose=x'; q GET '/networks/bridge?scope=x'; q GET '/system/df?type=x'
for l in x -5 %20 0x1 1_0 99999999999999999999; do q GET "/containers/json?limit=$l&filters={\"id\":[\"nosuch\"]}"; done
q GET '/events?since=x'; q GET '/events?until=x'; q GET '/events?filters=x'; q POST /images/create; q GET '/images/busybox/json?platform=x'; q GET '/images/busybox/get?platform=x'; q GET '/images/busybox/history?platform=x'

# Versions, methods, paths
for v in v1.23 v1. v1 v0.9 v1.52 v2.0 v99999999999999999999.1 v1.99999999999999999999 vx V1.51 v1.x v-1.2; do q GET /$v/_ping; q GET /$v/containers/nosuch/json; done
for m in HEAD OPTIONS PUT PATCH DELETE TRACE FOO get; do for u in /_ping /info /containers/json /containers/nosuch/json /images/nosuch/json /nosuch; do [ $m = HEAD ] || q $m $u; done; done
for u in / // /info/ /version/ /_ping/ /containers /containers/ /containers/json/ /images /exec /plugins/ /swarm/ /distribution/ /containers//json /containers/../json /containers/./json /favicon.ico; do q GET $u; done

# A container that runs
ask
docker run -d --name mr busybox sleep 1000 >/dev/null
for x in x -1 1.5 99999999999999999999; do
  q POST "/containers/mr/resize?h=1&w=$x"; q GET "/containers/mr/logs?stdout=1&since=$x&tail=$x"; q POST "/containers/mr/wait?condition=$x"; q POST "/containers/mr/kill?signal=$x"
done
for b in '{"Cmd":[]}' '{"Cmd":["x"],"DetachKeys":"ctrl-"}' '{"Cmd":["x"],"User":"nosuch"}' '{"Cmd":["x"],"ConsoleSize":[1]}'; do j POST /containers/mr/exec "$b"; done
for b in '{"Memory":1}' '{"CpusetCpus":"99"}' '{"NanoCpus":1}' '{"CpuQuota":1}' '{"BlkioWeight":5}' '{"RestartPolicy":{"Name":"always","MaximumRetryCount":2}}' '{"Memory":8388608,"MemorySwap":4194304}'; do j POST /containers/mr/update "$b"; done
for p in /proc/1 /nosuch/x '' /etc/passwd /etc/passwd/x; do q PUT "/containers/mr/archive?path=$p" application/x-tar garbage; done
q GET /containers/nosuch/attach/ws; q DELETE '/containers/mr?link=1'; q DELETE '/containers/nosuch?link=1'; q POST '/containers/nosuch/wait?condition=x'; q GET '/containers/nosuch/logs?stdout=1&since=x'
ask
docker run --rm -w /etc/passwd busybox true; echo $?
docker rm -f mr
