docker run -d -h box --name ex busybox sleep 1000 >/dev/null
docker exec -u nosuch ex true; echo $?
docker exec -u nosuch:nogrp ex true; echo $?
docker exec -u root:nogrp ex true; echo $?
docker exec -u 99999999999 ex true; echo $?
docker exec -d -u nosuch ex true; echo $?
docker exec -d -w /nosuch ex true; echo $?
docker exec -w nosuch ex true; echo $?
docker exec -w /nosuch ex pwd; echo $?
docker exec -w /etc/passwd ex pwd; echo $?
docker exec ex nosuch; echo $?
docker exec ex /etc; echo $?
docker exec ex /etc/passwd; echo $?
docker exec -d ex nosuch; echo $?
docker exec -d ex /etc; echo $?
docker exec -t ex nosuch; echo $?
docker exec -e A=1 -e B ex env | sort; echo $?
docker exec nosuch true; echo $?
docker exec ex; echo $?
docker exec --privileged ex grep CapEff /proc/self/status; echo $?
docker exec --detach-keys x-y ex true; echo $?
docker pause ex; docker exec ex true; echo $?; docker unpause ex
docker exec ex sh -c 'kill -9 $$'; echo $?
docker exec ex sh -c 'exit 300'; echo $?
id=$(curl -s --unix-socket "${DOCKER_HOST#unix://}" -H 'Content-Type: application/json' -d '{"Cmd":["true"]}' http://d/containers/ex/exec | cut -d'"' -f4)
curl -s --unix-socket "${DOCKER_HOST#unix://}" http://d/exec/$id/json; curl -s --unix-socket "${DOCKER_HOST#unix://}" -H 'Content-Type: application/json' -d '{"Detach":true}' http://d/exec/$id/start -w '%{http_code}\n';  curl -s --unix-socket "${DOCKER_HOST#unix://}" -H 'Content-Type: application/json' -d '{"Detach":true}' http://d/exec/$id/start -w '%{http_code}\n'
curl -s --unix-socket "${DOCKER_HOST#unix://}" -H 'Content-Type: application/json' -d '{}' http://d/containers/ex/exec
curl -s --unix-socket "${DOCKER_HOST#unix://}" -H 'Content-Type: application/json' -d '' http://d/containers/ex/exec
curl -s --unix-socket "${DOCKER_HOST#unix://}"  -d '{}' http://d/containers/ex/exec
curl -s --unix-socket "${DOCKER_HOST#unix://}" -H 'Content-Type: application/json' -d '{"Cmd":"x"}' http://d/containers/ex/exec
curl -s --unix-socket "${DOCKER_HOST#unix://}" -H 'Content-Type: application/json' -d '{"Cmd":["x"],"Tty":"x"}' http://d/containers/ex/exec
curl -s --unix-socket "${DOCKER_HOST#unix://}" http://d/exec/nosuch/json
curl -s --unix-socket "${DOCKER_HOST#unix://}" -X POST http://d/exec/nosuch/start
curl -s --unix-socket "${DOCKER_HOST#unix://}" -X POST http://d/exec/nosuch/resize
curl -s --unix-socket "${DOCKER_HOST#unix://}" -X POST 'http://d/exec/nosuch/resize?h=1&w=2'
docker inspect -f '{{.ExecIDs}}' ex
docker rm -f ex >/dev/null
docker run -d -h box --name ex busybox sleep 1000 >/dev/null
curl -s --unix-socket "${DOCKER_HOST#unix://}" -H 'Content-Type: application/json' -d '{"Cmd":["true"],"User":"nosuch"}' http://d/containers/ex/exec -w '%{http_code}\n'
docker rm -f ex >/dev/null
