docker volume create vb1; docker volume create vb1; docker volume create --label a=b vb2
docker volume ls --filter name=vb --format '{{.Name}} {{.Driver}} {{.Scope}} {{.Labels}}'
docker volume inspect -f '{{.Name}} {{.Driver}} {{.Labels}} {{.Options}} {{.Scope}}' vb1 vb2
docker run --rm -v vb1:/d busybox sh -c 'echo kept >/d/f'; docker run --rm -v vb1:/d:ro busybox sh -c 'cat /d/f; touch /d/g'; echo "code $?"
docker run -d --name vbc -v vb1:/d busybox sleep 100; docker volume rm vb1 2>&1 | sed -E 's/\[.*\]/[ID]/'; docker inspect -f '{{range .Mounts}}{{.Type}} {{.Name}} {{.Destination}} {{.Driver}} {{.Mode}} {{.RW}} {{.Propagation}}{{end}}' vbc
docker run --rm --volumes-from vbc busybox cat /d/f; docker run --rm --volumes-from vbc:ro busybox touch /d/x; echo "code $?"; docker run --rm --volumes-from nosuch busybox true; echo "code $?"
docker rm -f vbc; docker volume rm vb1 vb2; docker volume rm nosuch; echo "code $?"; docker volume inspect nosuch; echo "code $?"
docker volume create 'bad/name'; echo "code $?"; docker volume create --driver nosuch x; echo "code $?"; docker volume create -o nosuch=1 vbo; echo "code $?"
docker run --rm --mount type=volume,source=vbm,target=/d,volume-nocopy busybox true; docker volume rm vbm
docker run -d --name van -v /anon busybox sleep 100; docker volume ls -q --filter dangling=false | wc -l; docker rm -fv van
docker run --rm --mount type=volume,target=/etc busybox sh -c 'test -f /etc/passwd && echo copied'
docker run --rm --mount type=volume,target=/etc,volume-nocopy busybox ls /etc | sort | tr '\n' ' '
docker volume ls --filter nosuch=1; echo "code $?"
docker volume prune -f --filter nosuch=1; echo "code $?"
