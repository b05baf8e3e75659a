since=$(date +%s.%N)
docker run -d --name ev --label l=1 busybox sleep 100 >/dev/null; docker exec ev true; docker pause ev; docker unpause ev; docker rename ev ev2; docker stop -t 0 ev2 >/dev/null; docker rm ev2 >/dev/null
docker events --since $since --until $(date +%s.%N) --filter type=container --format '{{.Type}} {{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}} {{.Actor.Attributes.image}} {{.Actor.Attributes.l}}' | sort
docker events --since $since --until $(date +%s.%N) --filter type=network --format '{{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.type}}'
docker events --since $since --until $(date +%s.%N) --filter event=die --filter container=ev2 --format '{{.Action}}'
