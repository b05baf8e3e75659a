# --platform with an image of one platform
q() { echo "$ $*"; "$@" 2>&1; echo "code $?"; }
docker tag busybox platforms:1
q docker rmi --platform linux/riscv64 platforms:1
q docker rmi -f --platform linux/riscv64 platforms:1
q docker rmi --platform linux/s390x --platform linux/riscv64 platforms:1
q docker rmi --platform linux/amd64/v1/x platforms:1
q docker history --platform linux/riscv64 platforms:1
q docker image inspect --platform linux/riscv64 platforms:1
q docker save --platform linux/riscv64 platforms:1 -o archive.tar
q docker push --platform linux/riscv64 platforms:1
q docker push -q --platform linux/riscv64 platforms:nosuch
docker save platforms:1 -o archive.tar
q docker load --platform linux/riscv64 -q -i archive.tar
platform=linux/$(docker version -f '{{.Server.Arch}}')
q docker rmi --platform $platform platforms:1 | sed "s#$platform#PLATFORM#"
q docker load --platform $platform -i archive.tar | sed "s#$platform#PLATFORM#"
q docker rmi platforms:1
