#!/usr/bin/env bash
# Makes the root file system of a postgres:15 image from Debian 12's packages, as a tar archive for `corten import`: server, client and a busybox as its shell.
# The packages are unpacked, not installed: their scripts do not run, and what they would set up is set up here.
# usage: postgres-image.sh FILE.tar        does nothing if the file is there
set -euo pipefail
file=${1:?usage: postgres-image.sh FILE.tar}
[ ! -s "$file" ] || exit 0
mirror=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null |
  sed -nE 's/^URIs: *([^ ]+debian) *$/\1/p; s/^deb +(\[[^]]*\] +)?([^ ]+debian)\/? .*/\2/p' | head -n 1) || true
[ -n "$mirror" ] || { echo "postgres-image.sh: apt's sources name no Debian mirror" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,packages} "$work/root"
echo "deb [check-valid-until=no] $mirror bookworm main" >"$work/sources.list"
options=(-q -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State=$work" -o "Dir::State::status=/dev/null"
  -o "Dir::Cache=$work/cache" -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root)
apt-get "${options[@]}" update >/dev/null

# All that the server and its client need, without what only Debian's own cluster scripts, the just-in-time compiler and package configuration need.
left_out='^(postgresql.*-common|ssl-cert|perl.*|libperl.*|lib.*-perl|libllvm.*|debconf.*|cdebconf|dpkg|tar|openssl|adduser|passwd|login|init-system-helpers|ucf|sensible-utils|netbase|locales.*|bash|sed|util-linux.*|libdb.*|libgdbm.*|libc6-dev.*|gcc-.*-base)$'
mapfile -t packages < <(apt-cache "${options[@]}" depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
  postgresql-15 busybox-static tzdata 2>/dev/null | grep '^[a-z0-9]' | sed 's/:.*//' | sort -u | grep -Ev "$left_out")
(cd "$work/packages" && apt-get "${options[@]}" download $(apt-cache "${options[@]}" show --no-all-versions "${packages[@]}" 2>/dev/null | sed -n 's/^Package: //p') >/dev/null
 for package in *.deb; do dpkg -x "$package" "$work/root"; done)

cd "$work/root"
rm -rf usr/share/{doc,man,locale,lintian,bug} usr/lib/postgresql/15/lib/bitcode usr/lib/*/perl*
mkdir -p dev proc sys tmp root var/lib/postgresql/data var/run/postgresql run/postgresql
chmod 1777 tmp; chmod 700 root var/lib/postgresql/data
for applet in $(bin/busybox --list); do
  [ -e "bin/$applet" ] || [ -e "usr/bin/$applet" ] || [ -e "sbin/$applet" ] || [ -e "usr/sbin/$applet" ] || ln -s /bin/busybox "bin/$applet"
done
ln -sf /usr/lib/postgresql/15/bin/* usr/local/bin/ 2>/dev/null || { mkdir -p usr/local/bin; ln -sf /usr/lib/postgresql/15/bin/* usr/local/bin/; }
printf 'root:x:0:0:root:/root:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >etc/passwd
printf 'root:x:0:\npostgres:x:999:\nnogroup:x:65534:\n' >etc/group
echo 'hosts: files dns' >etc/nsswitch.conf
cat >usr/local/bin/docker-entrypoint.sh <<'ENTRYPOINT'
#!/bin/sh
# Makes the cluster at the first start; everybody on the container's networks may connect.
set -e
PGDATA=/var/lib/postgresql/data
chown -R postgres:postgres "$PGDATA" /run/postgresql /var/run/postgresql
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  su postgres -c "/usr/lib/postgresql/15/bin/initdb -D $PGDATA -E UTF8 --locale=C -A trust >/dev/null"
  echo 'host all all all trust' >>"$PGDATA/pg_hba.conf"
fi
exec su postgres -c "exec /usr/lib/postgresql/15/bin/postgres -D $PGDATA -c listen_addresses=* -c jit=off"
ENTRYPOINT
chmod 755 usr/local/bin/docker-entrypoint.sh
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$file.part" .
mv "$file.part" "$file"
