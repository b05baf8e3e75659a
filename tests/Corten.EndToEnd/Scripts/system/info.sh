docker info --format '{{.Driver}} {{.OSType}} {{.CgroupDriver}} {{.CgroupVersion}} {{.LoggingDriver}} {{.Swarm.LocalNodeState}} {{.SecurityOptions}}'
# The machine's own, which differ where the recording is compared.
[ "$(docker info --format '{{.NCPU}} {{.MemTotal}}')" = "$(nproc) $(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) * 1024))" ] && echo 'processors and memory as they are'
docker version --format '{{.Server.APIVersion}} {{.Server.MinAPIVersion}} {{.Server.Os}} {{.Server.Arch}} {{.Server.Experimental}}'
docker system df --format '{{.Type}}'
docker context ls --format '{{.Name}}'
