docker info --format '{{.Driver}} {{.OSType}} {{.CgroupDriver}} {{.CgroupVersion}} {{.LoggingDriver}} {{.Swarm.LocalNodeState}} {{.SecurityOptions}} {{.NCPU}} {{.MemTotal}}'
docker version --format '{{.Server.APIVersion}} {{.Server.MinAPIVersion}} {{.Server.Os}} {{.Server.Arch}} {{.Server.Experimental}}'
docker system df --format '{{.Type}}'
docker context ls --format '{{.Name}}'
