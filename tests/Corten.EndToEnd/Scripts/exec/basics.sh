docker run -d --name ex -e A=1 -w /tmp busybox sleep 100
docker exec ex sh -c 'echo out; echo err >&2; exit 4'; echo "code $?"
echo in | docker exec -i ex cat
docker exec ex pwd; docker exec -w /etc ex pwd; docker exec -e B=2 ex sh -c 'echo $A $B'; docker exec -u nobody ex id; docker exec -u 5:6 ex id
docker exec ex nosuch; echo "code $?"
docker exec ex /etc; echo "code $?"
docker exec -w /nosuch ex true; echo "code $?"
docker exec -t ex tty
docker exec -d ex touch /tmp/detached; sleep 0.3; docker exec ex ls /tmp/detached
docker exec --privileged ex grep CapEff /proc/self/status; docker exec ex grep CapEff /proc/self/status
docker exec nosuch true; echo "code $?"; docker exec ex; echo "code $?"
docker inspect -f '{{.ExecIDs}}' ex
docker exec ex sh -c 'kill -9 $$'; echo "code $?"
docker stop -t 0 ex; docker exec ex true; echo "code $?"; docker rm ex
