# What the classic build says to each parameter: what it does, and which values it refuses.
socket=${DOCKER_HOST#unix://}
rm -rf context; mkdir context
cat >context/Dockerfile <<'END'
FROM busybox AS first
ARG A=default
LABEL of=file
RUN echo "A is $A"; ulimit -n | grep -xc 99; df /dev/shm | tail -1 | tr -s " " | cut -d" " -f2; grep -c mark /etc/hosts; ls -d /sys/class/net/eth0 2>/dev/null | wc -l
FROM first AS second
LABEL last=yes
END
printf 'FROM busybox\nLABEL from=other\n' >context/other
tar -C context -cf context.tar .
# build QUERY: status, then the stream: text as it is, errors and results by kind; ids cut off.
build() {
  echo "--- $1"
  curl -s -o answer -w '%{http_code}\n' --unix-socket "$socket" -X POST -H 'Content-Type: application/x-tar' --data-binary @${2:-context.tar} "http://d/v1.51/build?$1"
  python3 -c '
import json, sys
given = None
for line in open("answer"):
    o = json.loads(line)
    if "stream" in o: sys.stdout.write(o["stream"])
    elif "aux" in o: given = sorted(o["aux"])
    elif "errorDetail" in o: print("error", o["error"], sorted(o["errorDetail"]))
    else: print(o)
if given: print("aux", *given)
' | grep -v -e '^ --->' -e '^Removing intermediate'
}
labels() { docker image inspect -f '{{json .Config.Labels}}' "$1"; }
build 'nocache=1&t=p-plain'; labels p-plain
build 'nocache=1&target=first&t=p-target&t=p-target:two&buildargs=%7B%22A%22%3A%22given%22%7D&labels=%7B%22of%22%3A%22query%22%7D'; labels p-target:two
build 'nocache=1&target=first&ulimits=%5B%7B%22Name%22%3A%22nofile%22%2C%22Soft%22%3A99%2C%22Hard%22%3A100%7D%5D&shmsize=1048576&networkmode=none&extrahosts=mark%3A1.2.3.4&extrahosts=marked%3A1.2.3.5'
build 'nocache=1&target=first&memory=33554432&memswap=-1&cpushares=512&cpuperiod=100000&cpuquota=50000&cpusetcpus=0&cpusetmems=0&rm=0&forcerm=1'
build 'dockerfile=other&t=p-other'; labels p-other
build 'dockerfile=other&buildargs=%7B%22Z%22%3A%22z%22%2C%22HTTP_PROXY%22%3A%22p%22%2C%22B%22%3A%22b%22%7D'
build 'dockerfile=other&q=1'
build 'dockerfile=other&pull=0&cachefrom=%5B%22busybox%22%5D&version=1&isolation=default'
echo "=== refused"
build 'dockerfile=missing'
build 'target=missing'
printf 'FROM busybox\nRUN true\n' >context/short; tar -C context -cf context.tar .
for value in memory=1000 memswap=33554432 extrahosts=nothing extrahosts=a:b networkmode=missing cpusetcpus=abc cpuperiod=1 'shmsize=-1'; do build "nocache=1&dockerfile=short&$value"; done
build 'ulimits=abc'
build 'buildargs=abc'
build 'labels=abc'
build 'labels=%7B%22a%22%3A1%7D'
build 'cachefrom=abc'
build 'shmsize=abc'
build 'memory=abc&dockerfile=other&q=1'
build 'isolation=abc'
build 'isolation=process'
build 'securityopt=abc'
build 'squash=1'
build 'version=3'
build 'q=1&target=first&nocache=1&buildargs=%7B%22A%22%3A%22a%20b%22%2C%22B%22%3Anull%7D'
build 'platform=abc'
build 'platform=linux/amd64/v1/x'
build 'platform=linux/a:b'
build 'outputs=abc'
build 'outputs=%7B%7D'
build 'outputs=%5B1%5D'
build 'labels=%5B%5D'
build 'labels=%7B%7Dx'
build 't=UPPER'
build 't=a@sha256:0000000000000000000000000000000000000000000000000000000000000000'
build 'remote=abc'
build 'remote=http://127.0.0.1:1/context.tar'
build 'dockerfile=../other'
build 'dockerfile=/other&q=1'
: >empty; build '' empty
echo text >text; build '' text
printf 'FROM busybox\nFROBNICATE\n' >context/Dockerfile; tar -C context -cf context.tar .
build ''
: >context/Dockerfile; tar -C context -cf context.tar .
build ''
rm context/Dockerfile; tar -C context -cf context.tar .
build ''
printf 'FROM busybox\nRUN echo said; exit 3\n' >context/Dockerfile; tar -C context -cf context.tar .
build q=1
build ''
docker image rm p-plain p-target p-target:two p-other >/dev/null
