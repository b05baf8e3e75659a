docker run -d --name ss1 busybox sh -c 'trap "echo got term; exit 5" TERM; while :; do sleep 0.1; done'
sleep 0.5; docker stop ss1; docker wait ss1; docker logs ss1
docker run -d --name ss2 --stop-signal USR1 busybox sh -c 'trap "echo got usr1; exit 6" USR1; while :; do sleep 0.1; done'
sleep 0.5; docker stop ss2; docker wait ss2; docker logs ss2
docker run -d --name ss3 --stop-timeout 1 busybox sh -c 'trap "" TERM; while :; do sleep 0.1; done'
sleep 0.5; docker stop ss3; docker wait ss3
docker run -d --name ss4 busybox sh -c 'trap "exit 9" INT; while :; do sleep 0.1; done'
sleep 0.5; docker stop -s INT ss4; docker wait ss4
docker rm ss1 ss2 ss3 ss4
docker run --stop-signal NOSUCH busybox true; echo "code $?"
