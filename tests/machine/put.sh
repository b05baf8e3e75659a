#!/usr/bin/env bash
# Copies files into the machine's /usr/local/bin while the daemon does not run; an open program is replaced, not written to.
# usage: put.sh FOLDER FILE...
set -euo pipefail
here=$(dirname "$0")
folder=${1:?usage: put.sh FOLDER FILE...}
shift
for file in "$@"; do
  name=$(basename "$file")
  gzip -1 -c "$file" | "$here/on.sh" "$folder" "gunzip -c >/usr/local/bin/.$name && chmod 755 /usr/local/bin/.$name && mv /usr/local/bin/.$name /usr/local/bin/$name"
done
