#!/usr/bin/env bash
# Makes the root file system of a small base image from Debian's busybox-static, as a tar archive for `corten import`.
# usage: base-image.sh FILE.tar
set -euo pipefail
file=${1:?usage: base-image.sh FILE.tar}
busybox=$(command -v busybox) || { echo "base-image.sh: no busybox: install busybox-static" >&2; exit 1; }
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{bin,dev,etc,home,proc,root,sys,tmp,usr/bin,usr/sbin,var/www}
chmod 755 "$root"; chmod 1777 "$root/tmp"; chmod 700 "$root/root"
cp "$busybox" "$root/bin/busybox"; chmod 755 "$root/bin/busybox"
"$busybox" --list | while read -r applet; do [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"; done
printf 'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n' >"$root/etc/passwd"
printf 'root:x:0:\ndaemon:x:1:\ntty:x:5:\nwww-data:x:33:\nusers:x:100:\nnogroup:x:65534:\n' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
# Names sorted and times fixed: the same busybox gives the same image.
tar -C "$root" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$file.part" .
# Another test run may be reading the one that is there.
mv "$file.part" "$file"
