# what inspect says of --mount: the labels that were asked for of a volume without a name, and where an image is mounted
docker create --name shown --mount type=volume,dst=/x,volume-label=a=b --mount type=volume,dst=/p --mount type=volume,src=inspected,dst=/y,volume-label=c=d busybox true >/dev/null
docker inspect -f '{{range .HostConfig.Mounts}}{{json .}}{{println}}{{end}}' shown
docker volume inspect -f '{{json .Labels}}' inspected $(docker inspect -f '{{range .Mounts}}{{if ne .Name "inspected"}}{{.Name}} {{end}}{{end}}' shown) | sort
docker rm -v shown; docker volume rm inspected
docker run -d --name shown --mount type=image,src=busybox,dst=/i busybox sleep 100 >/dev/null
docker inspect -f '{{range .Mounts}}{{.Type}} {{.Name}} {{.Destination}} {{.Mode}} {{.RW}} {{.Propagation}} {{.Source}}{{end}}' shown | sed 's#/[^ ]*/[^ ]*$#PLACE#'
docker rm -f shown
