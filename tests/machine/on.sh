#!/usr/bin/env bash
# Runs a command in the machine; standard input and output are the command's.
# usage: on.sh FOLDER COMMAND...
set -euo pipefail
folder=${1:?usage: on.sh FOLDER COMMAND...}
shift
exec ssh -q -i "$folder/key" -p "${MACHINE_PORT:-2299}" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=2 -o BatchMode=yes \
  -o ControlMaster=auto -o "ControlPath=$folder/ssh" -o ControlPersist=600\
  root@127.0.0.1 -- "$@"
