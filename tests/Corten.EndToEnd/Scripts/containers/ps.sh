docker run -d --name psa --label k=v --label x=y busybox sleep 100
docker run -d --name psb --label k=w busybox sh -c 'exit 3'
docker wait psb
docker create --name psc --label k=v -p 8080:80 busybox echo 'a b' c
F='{{.Names}} {{.Image}} {{.Command}} {{.State}} {{.Status}} {{.Ports}} {{.Label "k"}} {{.Mounts}} {{.Networks}} {{.LocalVolumes}}'
docker ps -a --filter label=k --format "$F" | sort
docker ps --filter label=k --format '{{.Names}}'
docker ps -a --filter label=k=v --format '{{.Names}}'
docker ps -a --filter name=psa --format '{{.Names}}'
docker ps -a --filter name=^/psb$ --format '{{.Names}}'
docker ps -a --filter label=k --filter status=exited --format '{{.Names}}'
docker ps -a --filter label=k --filter status=created --format '{{.Names}}'
docker ps -a --filter label=k --filter exited=3 --format '{{.Names}}'
docker ps -a --filter label=k --filter ancestor=busybox --format '{{.Names}}'
docker ps -a --filter label=k --filter ancestor=nosuch --format '{{.Names}}'
docker ps -a --filter label=k --filter before=psc --format '{{.Names}}'
docker ps -a --filter label=k --filter since=psa --format '{{.Names}}'
docker ps -a --filter label=k --filter network=bridge --format '{{.Names}}'
docker ps -a --filter nosuch=1; echo "code $?"
docker ps -a --filter status=nosuch; echo "code $?"
docker ps -a --filter exited=x; echo "code $?"
docker ps -n 1 --format '{{.Names}}'
docker ps -l --format '{{.Names}}'
docker ps -a --filter label=k --format 'table {{.Names}}\t{{.State}}'
docker ps -aq --no-trunc --filter label=k | wc -l
docker rm -f psa psb psc
docker container ls -a --filter label=k
