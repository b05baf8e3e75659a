docker tag busybox imgt:1; docker tag busybox imgt:2; docker tag busybox localhost:5000/x/y
docker images imgt --format '{{.Repository}} {{.Tag}} {{.Digest}}' | sort
docker images --filter reference='img*' --format '{{.Repository}}:{{.Tag}}' | sort
docker images --filter nosuch=1; echo "code $?"
docker images -q imgt | sort -u | wc -l
docker tag nosuch x; docker tag busybox 'Bad'; docker tag busybox x:; echo "code $?"
docker rmi imgt:1; docker rmi nosuch; echo "code $?"; docker rmi localhost:5000/x/y imgt:2
docker inspect -f '{{.Os}} {{.Config.Cmd}} {{len .RootFS.Layers}} {{.Comment}}' busybox
docker history --format '{{.CreatedBy}}|{{.Comment}}' busybox
docker create --name imgc busybox; docker rmi busybox; echo "code $?"; docker rm imgc
docker image inspect nosuch; echo "code $?"; docker history nosuch; docker save nosuch; echo "code $?"
docker rmi -f 'sha256:0000000000000000000000000000000000000000000000000000000000000000'; echo "code $?"
docker tag busybox plat:1; docker rmi --platform linux/s390x plat:1; echo "code $?"; docker rmi --platform linux/amd64 plat:1; docker images -q plat
