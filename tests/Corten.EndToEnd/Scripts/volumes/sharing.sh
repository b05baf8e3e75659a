# --volumes-from, references, images as mounts, propagation and recursion of bind mounts.
{
docker volume create nwv >/dev/null; docker run --rm -v nwv:/d busybox sh -c 'mkdir -p /d/a/b; echo x >/d/a/b/f; ln -s a/b /d/in; echo y>/d/file'
docker run --rm --mount type=volume,source=nwv,target=/m,volume-subpath=in busybox ls /m; echo "code $?"
docker create --name nwf1 -v nwv:/one -v /anon -v /etc/hostname:/hn:ro --mount type=volume,source=nwv,target=/sub,volume-subpath=a busybox true
docker run --rm --volumes-from nwf1 busybox sh -c 'ls /one /sub; mount | grep -E " /(one|anon|hn|sub) " | sed -E "s/^[^ ]+ on//; s/\(([a-z]+),.*/\1/" | sort'
docker run --rm --volumes-from nwf1:ro busybox sh -c 'touch /one/x /sub/x 2>&1; mount | grep -cE " /(one|anon|hn|sub) .*\(ro"'; echo "code $?"
docker run --rm --volumes-from nwf1:bad busybox true; echo "code $?"
docker run --rm --volumes-from nwf1 -v /etc:/one:ro busybox sh -c 'ls /one | grep -c passwd'
docker create --name nwf2 --volumes-from nwf1 busybox; docker inspect -f '{{range .Mounts}}{{.Type}} {{.Destination}} {{.RW}} {{.Mode}};{{end}}' nwf2 | tr ';' '\n' | sort
docker volume rm nwv 2>&1 | sed -E 's/in use.*/in use/'; docker ps -a --filter volume=nwv --format '{{.Names}}' | sort;  docker ps -a --filter volume=/one --format '{{.Names}}' | sort
docker volume ls -q --filter dangling=true --filter name=nw; docker volume ls -q --filter dangling=false --filter name=nw; docker volume ls -q --filter driver=local --filter name=nw;  docker volume ls -q --filter driver=x;  docker volume ls -q --filter label=a;
docker rm -v nwf1 nwf2; docker volume ls -q --filter name=nw
docker run -d --name nwf3 -v nwn:/n -v /anon2 --mount type=volume,target=/an3 busybox sleep 100 >/dev/null; A=$(docker inspect -f '{{range .Mounts}}{{.Name}} {{end}}' nwf3); docker rm -fv nwf3; for v in $A; do docker volume inspect -f "{{.Name}}" $v 2>/dev/null; done | grep .
docker run --rm --mount type=image,source=busybox,target=/img busybox sh -c 'ls /img/bin | wc -l; touch /img/x'; echo "code $?"
docker run --rm --mount type=image,source=busybox,target=/img,image-subpath=etc busybox sh -c 'ls /img | head -3'; echo "code $?"
docker run --rm --mount type=image,source=busybox,target=/img,image-subpath=nosuch busybox true 2>&1 | sed -E 's/path .*: no such/path PATH: no such/'
docker create --name nwim --mount type=image,source=busybox,target=/img busybox; docker inspect -f '{{json .Mounts}}' nwim| sed -E 's/"Source":"[^"]*"/SOURCE/'; docker inspect -f '{{json .HostConfig.Mounts}}' nwim| sed -E 's/[0-9a-f]{64}/ID/g'; docker rm nwim
docker run --rm --privileged -v /:/h busybox sh -c 'mkdir -p /h/nwp/sub; chroot /h mount -t tmpfs -o size=1m nwtmp /nwp/sub; touch /h/nwp/sub/deep'
for o in "" ,bind-nonrecursive ,bind-recursive=disabled ,readonly ,readonly,bind-recursive=writable ,readonly,bind-recursive=readonly ,readonly,bind-recursive=readonly,bind-propagation=rprivate ,bind-propagation=rshared ,bind-propagation=rslave ,bind-propagation=private ,bind-propagation=nosuch ,bind-create-src; do echo "o=$o"; docker run --rm --mount type=bind,source=/nwp,target=/m$o busybox sh -c 'ls /m/sub; touch /m/t 2>&1; touch /m/sub/t 2>&1; rm -f /m/t /m/sub/t; grep " /m" /proc/self/mountinfo | sed -E "s/^[0-9 ]+[0-9:]+ //; s/master:[0-9]+/master:N/; s/shared:[0-9]+/shared:N/; s/propagate_from:[0-9]+ //" | cut -d" " -f2,3,4,5' ; echo "code $?"; done
docker run --rm --privileged -v /:/h busybox sh -c 'chroot /h umount /nwp/sub; rm -rf /h/nwp'
docker volume rm nwn nwv
} 2>&1 | sed -E "s#/[^ :',]*/volumes/#VOLUMES/#g"
