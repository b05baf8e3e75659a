# Everything that --mount and -v take and refuse. Where the engine keeps volumes, and what the real runtime adds to its words, is made equal.
{
docker volume create nwv >/dev/null; docker run --rm -v nwv:/d busybox sh -c 'mkdir -p /d/a/b; echo x >/d/a/b/f; ln -s /etc /d/esc; echo y>/d/file'
docker run --rm --mount type=volume,source=nwv,target=/m,volume-subpath=a/b busybox ls /m
docker run --rm --mount type=volume,source=nwv,target=/m,volume-subpath=file busybox cat /m
docker run --rm --mount type=volume,source=nwv,target=/m,volume-subpath=nosuch busybox ls /m; echo "code $?"
docker run --rm --mount type=volume,source=nwv,target=/m,volume-subpath=../x busybox ls /m; echo "code $?"
docker run --rm --mount type=volume,source=nwv,target=/m,volume-subpath=/a busybox ls /m; echo "code $?"
docker run --rm --mount type=volume,source=nwv,target=/m,volume-subpath=esc busybox ls /m; echo "code $?"
docker run --rm --mount type=volume,source=nwv,target=/m,volume-subpath=a/b,readonly busybox touch /m/q; echo "code $?"
docker run --rm --mount type=bind,source=/etc/nosuch,target=/m busybox ls /m; echo "code $?"
docker run --rm --mount type=bind,source=rel,target=/m busybox ls /m; echo "code $?"
docker run --rm --mount type=bind,target=/m busybox ls /m; echo "code $?"
docker run --rm -v rel/x:/m busybox ls /m; echo "code $?"
docker run --rm -v ./relx:/m busybox ls -d /m; echo "code $?"
docker run --rm -v /etc/hostname:/etc busybox ls /m 2>&1 | sed -E 's/[0-9a-f]{64}/ID/g'; echo "code $?"
docker run --rm -v /etc:/etc/passwd busybox ls /m 2>&1 | sed -E 's/[0-9a-f]{64}/ID/g'; echo "code $?"
docker run --rm -v nwv:relative busybox ls /m; echo "code $?"
docker run --rm -v nwv:/ busybox ls /m; echo "code $?"
docker run --rm -v :/m busybox ls /m; echo "code $?"
docker run --rm -v /m busybox ls -d /m; echo "code $?"
docker run --rm -v nwv:/m:nosuch busybox ls -d /m; echo "code $?"
docker run --rm -v nwv:/m -v nwv:/m busybox ls -d /m; echo "code $?"
docker run --rm --mount type=nosuch,target=/m busybox ls -d /m; echo "code $?"
docker run --rm --mount type=tmpfs,target=/m,tmpfs-size=1m,tmpfs-mode=0700 busybox sh -c 'mount | grep " /m " ; stat -c %a /m'; echo "code $?"
docker run --rm --mount type=tmpfs,target=/m,source=x busybox ls -d /m; echo "code $?"
docker run --rm --tmpfs /m:size=2m,mode=1770,noexec busybox sh -c 'mount | grep " /m "'; echo "code $?"
docker run --rm --tmpfs /m:nosuch busybox sh -c 'mount | grep " /m "'; echo "code $?"
docker run --rm --mount type=volume,source=nwv,target=/m,consistency=cached busybox ls /m/a; echo "code $?"
docker run --rm --mount type=volume,source=nwv,target=/m,bind-propagation=rshared busybox ls /m/a; echo "code $?"
docker run --rm --mount type=volume,source=nwv,target=/m,volume-nocopy=bad busybox ls /m/a; echo "code $?"
docker run --rm --mount type=volume,source=nwv,target=/m,nosuch=1 busybox ls /m/a; echo "code $?"
docker run --rm -v nwv:/m:cached busybox ls /m/a; echo "code $?"
docker run --rm -v nwv:/m:rshared busybox ls /m/a; echo "code $?"
docker run --rm -v nwv:/m:z,ro busybox touch /m/a/x; echo "code $?"
docker run --rm -v nwv:/m:nocopy busybox ls /m/a; echo "code $?"
docker run --rm -v /etc:/m:nocopy busybox true; echo "code $?"
docker volume rm nwv
docker volume create --opt type=tmpfs nwv1; docker volume create --opt o=size=1 nwv1; docker volume create --opt o=size=1 --opt device=tmpfs nwv1;docker volume create --opt size=1g nwv1
docker volume create x; docker volume create .x; docker volume create -; docker volume create a_; docker volume rm x a_
docker volume create --name nwq nwr; docker volume create --label a=b --label c nwl; docker volume inspect -f '{{json .Labels}} {{json .Options}}' nwl; docker volume create --label z=z nwl;  docker volume inspect -f '{{json .Labels}}' nwl; docker volume create -d nosuch nwl; docker volume rm nwl nwl; docker volume rm -f nosuchvol; echo "code $?"
docker volume inspect nosuch nosuch2; echo "code $?"
docker volume update nosuch; echo "code $?"
} 2>&1 | sed -E "s#/[^ :',]*/volumes/#VOLUMES/#g; s#, dstFd=/proc/thread-self/fd/[0-9]+##; s#: unable to start container process: error during container init##"
