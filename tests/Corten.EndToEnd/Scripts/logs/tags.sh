# What --log-opt adds to each line: fields of the tag, labels and variables
docker run --name lta --log-driver json-file --log-opt tag='{{.ImageName}}|{{.Name}}|{{.DaemonName}}|{{ .ID }}' --log-opt labels=one,none --log-opt env=TWO --label one=1 -e TWO=2 busybox echo said
docker logs --details lta | sed -E 's/%7C[0-9a-f]{12} /%7CID /'
docker run --name ltb --log-opt tag='{{.FullID}}' --log-opt labels-regex='^o' --log-opt env-regex='^T' --label one=1 --label two=2 -e TWO=2 -e ONE=1 busybox echo said; docker logs --details ltb
docker run --name ltc --log-driver local --log-opt tag=x busybox echo said; docker logs ltc; docker inspect -f '{{json .HostConfig.LogConfig}}' ltc
for t in '{{.Nope}}' '{{.ID' '{{' ; do docker run --rm --log-opt tag="$t" busybox true; echo $?; done
docker run --rm --log-opt nosuch=1 busybox true; echo $?; docker run --rm --log-opt max-file=x busybox true; echo $?; docker run --rm --log-opt max-size=x busybox true; echo $?
docker ps -aq --filter name=lt | xargs docker rm -f >/dev/null
