docker create --name pr1 --label pr=1 busybox; docker create --name pr2 --label pr=2 busybox
docker container prune -f --filter label=pr=1 | head -3; docker ps -a --filter label=pr --format '{{.Names}}'
docker container prune -f --filter label=pr --filter 'label!=pr=1' | sed 's/[0-9a-f]\{64\}/ID/' | head -2; docker ps -a --filter label=pr --format '{{.Names}}'
docker container prune -f --filter nosuch=1; echo "code $?"
docker container prune -f --filter until=xx; echo "code $?"
