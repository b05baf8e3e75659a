docker run -d --name he --health-cmd 'test -f /ok' --health-interval 200ms --health-retries 2 --health-timeout 2s busybox sleep 100
for i in $(seq 100); do [ "$(docker inspect -f '{{.State.Health.Status}}' he)" = unhealthy ] && break; sleep 0.1; done
docker inspect -f '{{.State.Health.Status}}' he; docker ps --filter health=unhealthy --format '{{.Names}}'
docker exec he touch /ok
for i in $(seq 100); do [ "$(docker inspect -f '{{.State.Health.Status}}' he)" = healthy ] && break; sleep 0.1; done
docker inspect -f '{{.State.Health.Status}} {{.State.Health.FailingStreak}} {{(index .State.Health.Log 0).ExitCode}}' he
docker rm -f he
docker run -d --name hn --no-healthcheck busybox sleep 100; docker inspect -f '{{.State.Health}} {{.Config.Healthcheck}}' hn; docker rm -f hn
docker run --health-interval 1us --health-cmd true busybox true; echo "code $?"
docker run --no-healthcheck --health-cmd true busybox true; echo "code $?"
