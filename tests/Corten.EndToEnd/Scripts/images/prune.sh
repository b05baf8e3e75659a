echo 1 >f; tar c f | docker import - prn:1 >/dev/null; echo 2 >f; tar c f | docker import - prn:1 >/dev/null
docker image prune -f --filter label=nosuch | tail -1 | sed 's/: .*//'
docker image prune -f | grep -c Deleted || true
docker images prn --format '{{.Tag}}'
docker image prune -f --filter nosuch=1; echo "code $?"
docker rmi prn:1 | wc -l
