#!/usr/bin/env bash
# Builds Corten's programs into out/, as native code that needs no .NET on the machine where they run.
# usage: ./build.sh [x64|arm64]        the default is this machine's processor
set -euo pipefail
cd "$(dirname "$0")"

case "$(uname -m)" in x86_64) host=x64 ;; aarch64) host=arm64 ;; *) echo "build.sh: no support for $(uname -m)" >&2; exit 1 ;; esac
arch=${1:-$host}
case $arch in x64 | arm64) ;; *) echo "usage: ./build.sh [x64|arm64]" >&2; exit 2 ;; esac

./scripts/install-needs.sh build
[ "$arch" = "$host" ] || ./scripts/install-needs.sh "cross-$arch"
export PATH="$PATH:$HOME/.dotnet" DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

out=out
cross=()
if [ "$arch" != "$host" ]; then
  out=out-$arch
  cross=(-p:LinkerFlavor=lld -p:ObjCopyName=aarch64-linux-gnu-objcopy)
fi
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ "$arch" != "$host" ]; then
  # Only unpacked: the package can't be installed for two processors at once.
  chmod 755 "$work"
  (cd "$work" && apt-get download -q libisal2:arm64 >/dev/null && dpkg-deb -x libisal2_*.deb isal)
  cross+=(-p:IsalPath="$work/isal/usr/lib/aarch64-linux-gnu/libisal.so.2")
fi
for program in Corten.Runtime:corten-runtime Corten.Cli:corten Corten.Daemon:cortend; do
  project=${program%%:*} name=${program##*:}
  echo "building $name ($arch)"
  dotnet publish "src/$project" -c Release -r "linux-$arch" -o "$work/$name" -v q --nologo "${cross[@]}"
  # Only what runs: symbols and doc files stay behind; a shared library that the program loads goes along.
  find "$work/$name" -maxdepth 1 -type f ! -name '*.dbg' ! -name '*.pdb' ! -name '*.xml' ! -name '*.json' ! -name '*.config' -exec cp -f --remove-destination -t "$out" {} +
done
ls -l "$out" | awk 'NR > 1 { printf "%s/%s  %.1f MB\n", out, $NF, $5 / 1e6 }' out="$out"
