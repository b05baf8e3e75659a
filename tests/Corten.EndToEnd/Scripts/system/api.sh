H=$(echo $DOCKER_HOST | sed 's#unix://##')
c() { curl -s -o body -w '%{http_code} %{content_type}\n' --unix-socket $H "$@"; cat body; echo; }
c http://d/_ping; c -X HEAD -I http://d/_ping | sed -n 1p
c http://d/v1.20/info; c http://d/v1.99/info; c http://d/nosuch; c -X PUT http://d/v1.51/containers/json; c http://d/v1.51/containers/nosuch/json
c -X POST -H 'Content-Type: text/plain' -d '{}' http://d/v1.51/containers/create
c -X POST -H 'Content-Type: application/json' -d '{"Image":"nosuch"}' http://d/v1.51/containers/create
c -X POST -H 'Content-Type: application/json' -d '{"Image":"busybox"} trailing' http://d/v1.51/containers/create
c -X POST http://d/v1.51/containers/create
c 'http://d/v1.51/containers/json?filters=bad'; c 'http://d/v1.51/containers/json?filters=%7B%22status%22%3A%5B%22bad%22%5D%7D'
c 'http://d/v1.51/containers/nosuch/logs?stdout=1'; c -X POST http://d/v1.51/exec/nosuch/start -H 'Content-Type: application/json' -d '{}'; c http://d/v1.51/exec/nosuch/json
c -X POST 'http://d/v1.51/containers/nosuch/resize?h=1&w=1'; c -X POST 'http://d/v1.51/images/nosuch/tag?repo=x'; c -X DELETE http://d/v1.51/images/nosuch; c http://d/v1.51/images/nosuch/json
c http://d/v1.51/swarm; c http://d/v1.51/nodes; c http://d/v1.51/services; c http://d/v1.51/tasks; c http://d/v1.51/secrets; c http://d/v1.51/configs; c -X POST http://d/v1.51/swarm/leave; c http://d/v1.51/plugins; c http://d/v1.51/plugins/nosuch/json
c -X OPTIONS http://d/v1.51/info; c http://d/v1.51/volumes/nosuch; c http://d/v1.51/networks/nosuch; c 'http://d/v1.51/images/json?filters=%7B%22nosuch%22%3A%5B%22x%22%5D%7D'
c -X POST 'http://d/v1.51/images/create?fromImage=scratch'; c -X POST 'http://d/v1.51/images/create?fromImage=Bad'
