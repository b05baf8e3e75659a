#!/usr/bin/env bash
# Puts the stock Docker clients (docker 28, compose v2, buildx) from Debian's packages into a folder, without installing them.
# usage: stock-clients.sh DIR      then: PATH=DIR/bin:$PATH DOCKER_CONFIG=DIR/config docker ...
set -euo pipefail
dir=${1:?usage: stock-clients.sh DIR}
if [ -x "$dir/bin/docker" ] && [ -x "$dir/config/cli-plugins/docker-compose" ] && [ -x "$dir/config/cli-plugins/docker-buildx" ]; then exit 0; fi
mirror=$(cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null |
  sed -nE 's/^URIs: *([^ ]+debian) *$/\1/p; s/^deb +(\[[^]]*\] +)?([^ ]+debian)\/? .*/\2/p' | head -n 1) || true
[ -n "$mirror" ] || { echo "stock-clients.sh: apt's sources name no Debian mirror" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,root} "$dir/bin" "$dir/config/cli-plugins"
echo "deb [check-valid-until=no] $mirror forky main" >"$work/sources.list"
apt=(apt-get -q -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State=$work" -o "Dir::State::status=/dev/null"
  -o "Dir::Cache=$work/cache" -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root)
"${apt[@]}" update >/dev/null
(cd "$work" && "${apt[@]}" download docker-cli docker-compose docker-buildx >/dev/null && for package in *.deb; do dpkg -x "$package" root; done)
cp "$work/root/usr/bin/docker" "$dir/bin/"
cp "$work"/root/usr/libexec/docker/cli-plugins/docker-* "$dir/config/cli-plugins/"
"$dir/bin/docker" --version
