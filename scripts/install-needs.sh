#!/usr/bin/env bash
# Installs what this machine lacks for one purpose, and says what it installs. Debian and Ubuntu.
# usage: install-needs.sh build|cross-arm64|test|quickstart
set -euo pipefail

asked=${1:?usage: install-needs.sh build|cross-arm64|test|quickstart}
root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
apt_updated=
packages() { # packages NAME... : those of them that are not installed
  local missing=()
  for name in "$@"; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || { echo "missing: ${missing[*]} (no apt-get here: install them by hand)" >&2; exit 1; }
  echo "installing: ${missing[*]}"
  if [ -z "$apt_updated" ]; then root apt-get update -q >/dev/null; apt_updated=1; fi
  root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
}

sdk() { # the .NET 10 SDK: from the distribution where it has one, from Microsoft's installer otherwise
  export PATH="$PATH:$HOME/.dotnet"
  if command -v dotnet >/dev/null && dotnet --list-sdks | grep -q '^10\.'; then return 0; fi
  root apt-get update -q >/dev/null; apt_updated=1
  if apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1; then packages dotnet-sdk-10.0; return 0; fi
  packages curl ca-certificates libicu-dev
  echo "installing: .NET SDK 10.0 into $HOME/.dotnet"
  local script
  script=$(mktemp)
  curl -fsSL https://dot.net/v1/dotnet-install.sh -o "$script"
  bash "$script" --channel 10.0 --install-dir "$HOME/.dotnet" >/dev/null
  rm -f "$script"
}

case $asked in
  build) packages clang lld zlib1g-dev libssl-dev "libisal2:$(dpkg --print-architecture)"; sdk ;;
  cross-arm64)
    dpkg --print-foreign-architectures | grep -q '^arm64$' || { root dpkg --add-architecture arm64; apt_updated=; }
    packages gcc-aarch64-linux-gnu binutils-aarch64-linux-gnu libc6-dev-arm64-cross zlib1g-dev:arm64 libssl-dev:arm64 ;;
  quickstart) packages busybox-static curl nftables ;;
  test)
    packages busybox-static curl nftables iproute2 docker-registry apache2-utils jq ca-certificates procps util-linux python3-docker xfsprogs zsh fish apparmor
    command -v npm >/dev/null || packages nodejs npm ;;
  *) echo "install-needs.sh: unknown purpose $asked" >&2; exit 2 ;;
esac
