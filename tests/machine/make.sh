#!/usr/bin/env bash
# Makes a small virtual machine: Debian 12 with systemd, the firewalls that people run, an NFS server and a registry, and Corten's programs in it.
# usage: make.sh FOLDER PROGRAMS     FOLDER: where the machine lives; PROGRAMS: a folder with cortend, corten, corten-runtime, libe_sqlite3.so, libisal.so.2, docker
# Nothing is installed into the host's own /boot; the kernel is the one of the machine's own packages.
set -euo pipefail
folder=${1:?usage: make.sh FOLDER PROGRAMS}
programs=${2:?usage: make.sh FOLDER PROGRAMS}
here=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" = 0 ] || { echo "make.sh: must be root" >&2; exit 1; }

missing=()
for name in qemu-system-x86 mmdebstrap e2fsprogs openssh-client busybox-static; do
  dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing: ${missing[*]}"
  apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
fi

mkdir -p "$folder"
[ -f "$folder/key" ] || ssh-keygen -q -t ed25519 -N '' -f "$folder/key"
root=$folder/root
if [ ! -f "$folder/system.done" ]; then
  rm -rf "$root"
  mmdebstrap --variant=minbase --include="$(paste -sd, "$here/packages.txt")" bookworm "$root"
  touch "$folder/system.done"
fi

echo machine >"$root/etc/hostname"
printf '127.0.0.1 localhost machine\n::1 localhost\n' >"$root/etc/hosts"
echo '/dev/vda / ext4 defaults 0 1' >"$root/etc/fstab"
printf '[Match]\nName=en* eth*\n[Network]\nDHCP=ipv4\n' >"$root/etc/systemd/network/10-wire.network"
echo 'nameserver 10.0.2.3' >"$root/etc/resolv.conf"
install -d -m 700 "$root/root/.ssh"
install -m 600 "$folder/key.pub" "$root/root/.ssh/authorized_keys"
install -d "$root/etc/exports.d" "$root/export"
echo '/export *(rw,sync,no_root_squash,no_subtree_check,fsid=0,insecure)' >"$root/etc/exports.d/machine.exports"
for unit in firewalld ufw nftables docker-registry nfs-server apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap nfs-client.target rpcbind.socket rpcbind; do
  chroot "$root" systemctl -q disable "$unit" 2>/dev/null || true
done
chroot "$root" systemctl -q enable systemd-networkd ssh
find "$root/etc/apparmor.d" -maxdepth 1 -type f -delete # profiles of programs that are not here cost half a minute a boot

cat >"$root/etc/docker/registry/config.yml" <<'END'
version: 0.1
storage: { filesystem: { rootdirectory: /var/lib/docker-registry }, delete: { enabled: true } }
http: { addr: ":5000" }
END
install -d "$root/usr/local/bin" "$root/etc/systemd/system"
for program in cortend corten corten-runtime libe_sqlite3.so libisal.so.2 docker; do install -m 755 "$programs/$program" "$root/usr/local/bin/$program"; done
install -m 755 "$here/plain-init" "$root/sbin/plain-init"
install -m 644 "$here/corten.service" "$root/etc/systemd/system/corten.service"
"$here/../../scripts/base-image.sh" "$root/root/busybox.tar"

cp "$root"/boot/vmlinuz-* "$folder/kernel"
cp "$root"/boot/initrd.img-* "$folder/initrd"
rm -f "$folder/disk"
truncate -s 8G "$folder/disk"
mke2fs -q -t ext4 -d "$root" "$folder/disk"
echo "made: $folder"
