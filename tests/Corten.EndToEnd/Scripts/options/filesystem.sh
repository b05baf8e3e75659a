docker run --rm busybox sh -c 'mount | sed -E "s/lowerdir=[^ ]*/OVERLAY/; s/^cgroup.*cgroup\/([a-z_,=]+) .*/cgroup \1/" | grep -vE "^/dev|cgroup|on /proc/[aikt]|/sys/firmware" | awk "{print \$1,\$2,\$3,\$4,\$5,\$6}" | sort | head -40'
docker run --rm busybox sh -c 'ls -l /dev | awk "{print \$1, \$NF}" | sort'
docker run --rm busybox sh -c 'grep -v host.docker.internal /etc/hosts | sed "s/172[0-9.]*/IP/"; ls /.dockerenv; cat /proc/sys/kernel/core_pattern >/dev/null; ls /proc/kcore /proc/acpi /sys/firmware 2>&1 | head; echo x >/proc/sysrq-trigger'
docker run --rm --read-only busybox sh -c 'touch /x; echo t >/dev/shm/x && echo shm; touch /tmp/x'; echo "code $?"
docker run --rm --read-only --tmpfs /tmp:size=64k busybox sh -c 'df -k /tmp | tail -1 | awk "{print \$2}"; touch /tmp/x && echo ok'
docker run --rm --tmpfs /t:nosuch=1 busybox true; echo "code $?"
docker run --rm --tmpfs relative busybox true; echo "code $?"
docker run --rm --shm-size 1m busybox sh -c 'df -k /dev/shm | tail -1 | awk "{print \$2}"'
docker run --rm --device /dev/null:/dev/mine:r busybox ls -l /dev/mine | awk '{print $1,$NF}'
docker run --rm --device /dev/nosuch busybox true; echo "code $?"
docker run --rm --device-cgroup-rule 'c 1:3 rwm' busybox true; docker run --rm --device-cgroup-rule 'nosuch' busybox true; echo "code $?"
docker run --rm busybox sh -c 'mount -t tmpfs none /mnt; mkdir /m; mount -t tmpfs none /m'; echo "code $?"
docker run --rm busybox sh -c 'mknod /dev/x b 8 0 && cat /dev/x 2>/dev/null'; echo "code $?"
docker run --rm --privileged busybox sh -c 'mkdir /m; mount -t tmpfs none /m && echo mounted'
docker run --rm -v /etc/hostname:/h:ro busybox sh -c 'test -s /h && echo bound; echo x >/h'; echo "code $?"
docker run --rm --mount type=bind,source=/etc/hostname,target=/h,readonly busybox sh -c 'test -s /h && echo bound'
docker run --rm --mount type=bind,source=/nosuch/dir,target=/h busybox true; echo "code $?"
docker run --rm --mount type=nosuch,target=/h busybox true; echo "code $?"
docker run --rm --mount type=tmpfs,target=/t,tmpfs-size=1m,tmpfs-mode=700 busybox sh -c 'df -k /t | tail -1 | awk "{print \$2}"; stat -c %a /t'
docker run --rm -v relative/path:/x busybox true; echo "code $?"; docker run --rm -v /a:relative busybox true; echo "code $?"; docker run --rm -v /:/ busybox true; echo "code $?"; docker run --rm -v /a:/b:nosuch busybox true; echo "code $?"; docker run --rm -v '' busybox true; echo "code $?"
docker run --rm -v /a:/x -v /b:/x busybox true; echo "code $?"
