# What a create request is refused for first, when two things are wrong with it, and how what it says is kept.
H="${DOCKER_HOST#unix://}"
c() { printf '%s\n%s ' "$1 $2" ' ->'; curl -s --unix-socket "$H" -H 'Content-Type: application/json' -d "$2" "http://d/v1.51/containers/create$1" -w ' %{http_code}\n'; }
c '' '{}'; c '' '{"HostConfig":{}}'; c '' '{"Image":""}'; c '' '{"Env":null}'
# Each line has the second of its mistakes in common with the next.
c '' '{"Image":"busybox","Hostname":"x","HostConfig":{"UTSMode":"host","Isolation":"x"}}'
c '' '{"Image":"busybox","HostConfig":{"Isolation":"x","IOMaximumIOps":5}}'
c '' '{"Image":"busybox","HostConfig":{"IOMaximumIOps":5,"CpuRealtimePeriod":1000,"CpuRealtimeRuntime":2000}}'
c '?platform=a/b/c/d' '{"Image":"busybox","HostConfig":{"CpuRealtimePeriod":1000,"CpuRealtimeRuntime":2000}}'
c '?platform=a/b/c/d' '{"Image":"busybox","WorkingDir":"rel"}'
c '' '{"Image":"busybox","WorkingDir":"rel","StopSignal":"X"}'
c '' '{"Image":"busybox","StopSignal":"X","Env":["=x"]}'
c '' '{"Image":"busybox","Env":["=x"],"HostConfig":{"Mounts":[{"Type":"x","Target":"/x"}]}}'
c '' '{"Image":"busybox","HostConfig":{"Mounts":[{"Type":"x","Target":"/x"}],"ExtraHosts":["x"]}}'
c '' '{"Image":"busybox","HostConfig":{"ExtraHosts":["x"],"PortBindings":{"x":[{}]}}}'
c '' '{"Image":"busybox","HostConfig":{"PortBindings":{"x":[{}]},"RestartPolicy":{"Name":"x"}}}'
c '' '{"Image":"busybox","HostConfig":{"RestartPolicy":{"Name":"x"},"CapAdd":["X"]}}'
c '' '{"Image":"busybox","HostConfig":{"CapAdd":["X"],"Memory":5}}'
c '' '{"Image":"busybox","HostConfig":{"Memory":5,"IpcMode":"x"}}'
c '' '{"Image":"busybox","HostConfig":{"IpcMode":"x","ShmSize":-1}}'
c '' '{"Image":"busybox","HostConfig":{"ShmSize":-1,"OomScoreAdj":5000}}'
c '' '{"Image":"busybox","HostConfig":{"OomScoreAdj":5000,"Runtime":"x"}}'
c '' '{"Image":"busybox","HostConfig":{"Runtime":"x","Tmpfs":{"x":""}}}'
c '' '{"Image":"nosuch","HostConfig":{"Tmpfs":{"x":""}}}'
c '' '{"Image":"nosuch","NetworkingConfig":{"EndpointsConfig":{"bridge":null}}}'
c '' '{"Image":"busybox","HostConfig":{"PidMode":"container:nosuch"},"NetworkingConfig":{"EndpointsConfig":{"bridge":null}}}'
c '' '{"Image":"busybox","Entrypoint":[""],"HostConfig":{"PidMode":"container:nosuch"}}'
c '' '{"Image":"busybox","Entrypoint":[""],"HostConfig":{"LogConfig":{"Type":"x"}}}'
c '?name=a%20b' '{"Image":"busybox","HostConfig":{"LogConfig":{"Type":"x"}}}'
c '?name=a%20b' '{"Image":"busybox","HostConfig":{"SecurityOpt":["x"]}}'
c '' '{"Image":"busybox","HostConfig":{"SecurityOpt":["x"],"StorageOpt":{"x":"1"}}}'
c '' '{"Image":"busybox","HostConfig":{"StorageOpt":{"x":"1"},"VolumesFrom":["nosuch"]}}'
c '' '{"Image":"busybox","HostConfig":{"VolumesFrom":[""],"Links":["nosuch:x"]}}'
c '' '{"Image":"busybox","HostConfig":{"Binds":["a"],"Links":["nosuch:x"]}}'

c '?name=cr1' '{"Image":"busybox","Cmd":["sleep","100"],"WorkingDir":"/a/../b//c/","Volumes":{},"ExposedPorts":{"70/tcp":null,"80/tcp":{}},"Labels":{"a":null},"HostConfig":{"PortBindings":{"80/tcp":[],"81/tcp":[{}]}},"NetworkingConfig":{"EndpointsConfig":{"bridge":{"MacAddress":"02:42:ac:11:00:77"}}}}'
docker inspect -f '{{json .Config.WorkingDir}} {{json .Config.Volumes}} {{json .Config.ExposedPorts}} {{json .Config.Labels}} {{json .Config.MacAddress}} {{json .HostConfig.PortBindings}}' cr1
docker start cr1; docker inspect -f '{{json .NetworkSettings.Ports}}' cr1; docker rm -f cr1
f='{{json .HostConfig.SecurityOpt}} {{json .AppArmorProfile}} {{printf "%.12s" .Id | eq .Config.Hostname}}'
for o in '--privileged' '--pid host' '--ipc host' '--privileged --security-opt label=type:x' '--security-opt apparmor=nosuch' '--privileged --security-opt apparmor=unconfined' '--uts host'; do
  docker create --name cr2 $o busybox; docker inspect -f "$f" cr2; docker rm cr2
done
docker create --name cr3 --network host -p 80:80 busybox; docker rm cr3
docker run --rm --security-opt apparmor=nosuch busybox true; echo "code $?"
# Errors of an attachment are plain words.
a() { curl -s -X POST --max-time 20 --unix-socket "$H" "http://d/v1.51/containers/$1" -w ' %{http_code} %{content_type}\n'; }
a 'nosuch/attach?stream=1&stdout=1'; docker create --name cr4 busybox true >/dev/null; a 'cr4/attach?stream=1&detachKeys=bogus-x'; a 'cr4/attach?stream=1'; a 'cr4/attach'; docker rm cr4
