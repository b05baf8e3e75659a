c() { curl -s --unix-socket "${DOCKER_HOST#unix://}" -H "Content-Type: application/json" -w " [%{http_code}]\n" "$@"; }
p() { echo "# $1 $2"; c -d "$2" "http://d$1"; }
for b in '{bad' \
  '{}' \
  '[]' \
  '"x"' \
  '{"Image":"busybox"} {"x":1}' \
  '{"Image":1}' \
  '{"Image":"busybox","Tty":"x"}' \
  '{"Image":"busybox","Cmd":{"a":1}}' \
  '{"Image":"busybox","Env":"x"}' \
  '{"Image":"busybox","Env":[1]}' \
  '{"Image":"busybox","HostConfig":{"Memory":"x"}}' \
  '{"Image":"busybox","HostConfig":{"Memory":1.5}}' \
  '{"Image":"busybox","HostConfig":[]}' \
  '{"Image":"busybox","HostConfig":{"PortBindings":{"80":1}}}' \
  '{"Image":"busybox","HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":1}]}}}' \
  '{"Image":"busybox","Labels":["a"]}' \
  '{"Image":"busybox","HostConfig":{"RestartPolicy":"x"}}' \
  '{"Image":"busybox","HostConfig":{"RestartPolicy":{"Name":"x"}}}' \
  '{"Image":"busybox","HostConfig":{"Binds":"x"}}' \
  '{"Image":"busybox","HostConfig":{"Mounts":[{"Type":"x"}]}}' \
  '{"Image":"busybox","HostConfig":{"Mounts":[{"Type":1}]}}' \
  '{"Image":"busybox","ExposedPorts":["80"]}' \
  '{"Image":"busybox","ExposedPorts":{"x/tcp":{}}}' \
  '{"Image":"busybox","Healthcheck":{"Interval":"3s"}}' \
  '{"Image":"busybox","NetworkingConfig":{"EndpointsConfig":[]}}' \
  '{"Image":"busybox","NetworkingConfig":{"EndpointsConfig":{"bridge":{"Links":1}}}}' \
  '{"Image":"busybox","HostConfig":{"Ulimits":[{"Name":"x","Soft":1,"Hard":2}]}}' \
  '{"Image":"busybox","HostConfig":{"LogConfig":{"Type":1}}}' \
  '{"Image":"busybox","HostConfig":{"Memory":999999999999999999999}}' \
  '{"Image":"busybox","StopTimeout":"1"}' \
  '{"Image":"busybox","Volumes":["/x"]}' \
  '{"Image":"busybox","HostConfig":{"Devices":[1]}}' \
  '{"Image":"busybox","HostConfig":{"BlkioDeviceReadBps":[{"Rate":"x"}]}}' \
  '{"Image":"busybox","HostConfig":{"ConsoleSize":[1]}}' \
  '{"Image":"busybox","HostConfig":{"Init":"x"}}' \
  '{"Image":"busybox","HostConfig":{"OomKillDisable":"x"}}' \
  '{"Image":"busybox","HostConfig":{"CapAdd":"x"}}' \
  '{"Image":"busybox","Entrypoint":1}' \
  '{"Cmd":["x"]}' \
  '{"HostConfig":{}}'; do p /containers/create "$b"; done
docker create --name aj busybox true >/dev/null
for b in '{bad' '' '{}' '{"Memory":"x"}' '{"RestartPolicy":{"Name":1}}' '{"RestartPolicy":{"Name":"foo"}}' '{"CpuShares":"x"}'; do p /containers/aj/update "$b"; done
for b in '{bad' '' '{}' '{"Name":1}' '{"Name":"x","Driver":1}' '{"Name":"x","IPAM":[]}' '{"Name":"x","Options":[1]}'; do p /networks/create "$b"; done
for b in '{bad' '{"Name":1}' '{"Name":"x y"}' '{"Driver":"nosuch"}' '{"DriverOpts":[]}'; do p /volumes/create "$b"; done
for b in '{bad' '' '{}' '{"Container":1}' ; do p /networks/bridge/connect "$b";p /networks/bridge/disconnect "$b"; done
for b in '{bad' '' '{}' '{"Container":1}' '{"Cmd":"x"}'; do p "/commit?container=nosuch" "$b"; done
for q in 'limit=x' 'filters=x' 'filters={"x":["y"]}' 'filters={"status":["x"]}' 'filters={"status":"x"}' 'filters=[]' 'filters={"exited":["x"]}' 'limit=1.5' 'limit=99999999999999999999' 'filters={"health":["x"]}' 'filters={"is-task":["x"]}' 'filters={"publish":["x"]}' 'filters={"label":{"a=b":1}}'; do echo "# ps $q"; c -g "http://d/containers/json?$q"; done
for u in 'containers/aj/unpause' 'containers/aj/stop?t=x' 'containers/aj/restart?t=x' 'containers/aj/kill?signal=x'; do echo "# POST $u"; c -g -X POST "http://d/$u"; done
docker rm aj; docker ps -aq --filter status=created | xargs -r docker rm >/dev/null; docker network rm x >/dev/null 2>&1 || :
