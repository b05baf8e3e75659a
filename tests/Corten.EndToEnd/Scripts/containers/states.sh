docker create --name st busybox sleep 100
docker inspect -f '{{.State.Status}} {{.State.Running}} {{.State.ExitCode}} {{.State.Pid}} {{.RestartCount}}' st
docker start st
docker start st; echo "code $?"
docker inspect -f '{{.State.Status}} {{.State.Running}} {{.State.ExitCode}}' st
docker pause st; docker inspect -f '{{.State.Status}} {{.State.Paused}}' st
docker pause st; echo "code $?"
docker exec st true; echo "code $?"
docker unpause st; docker unpause st; echo "code $?"
docker rm st; echo "code $?"
docker stop -t 0 st
docker stop st; echo "code $?"
docker inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}} {{.State.Dead}}' st
docker kill st; echo "code $?"
docker pause st; echo "code $?"
docker exec st true; echo "code $?"
docker top st; echo "code $?"
docker restart -t 0 st; docker inspect -f '{{.State.Status}}' st
docker kill -s USR1 st; docker kill -s NOSUCH st; echo "code $?"
docker rename st st2; docker rename st2 st2; echo "code $?"
docker rename st2 'bad name'; echo "code $?"
docker rm -f st2
docker rm st2; echo "code $?"
docker rm -f st2; echo "code $?"
docker start nosuch; echo "code $?"; docker stop nosuch; docker kill nosuch; docker pause nosuch; docker logs nosuch; docker inspect nosuch; docker wait nosuch; docker port nosuch; docker top nosuch; docker rename nosuch x2; docker diff nosuch; docker export nosuch; docker attach nosuch; docker exec nosuch true; echo "code $?"
