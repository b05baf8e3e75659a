#!/usr/bin/env bash
# Boots the machine and waits until it answers. It ends by itself after SECONDS (an hour), whatever happens; its process id is in FOLDER/pid.
# usage: boot.sh FOLDER [SECONDS]
set -euo pipefail
folder=${1:?usage: boot.sh FOLDER [SECONDS]}
seconds=${2:-3600}
port=${MACHINE_PORT:-2299}
# The processor's own help where there is any, a translator otherwise: some ten times slower, the same in what it shows.
if [ -w /dev/kvm ] && grep -qwE 'vmx|svm' /proc/cpuinfo; then processor=(-accel kvm -cpu host); else processor=(-accel tcg -cpu max); fi
# The disk is written past the host's cache, and the guest's flushes are honoured: a killed machine keeps what it flushed and loses its own page cache.
timeout --foreground "$seconds" qemu-system-x86_64 "${processor[@]}" -smp "${MACHINE_CPUS:-1}" -m "${MACHINE_MEMORY:-1536}" \
  -kernel "$folder/kernel" -initrd "$folder/initrd" -append 'root=/dev/vda rw console=ttyS0 quiet apparmor=1 security=apparmor'"${MACHINE_APPEND:-}" \
  -drive "file=$folder/disk,format=raw,if=virtio,cache=none" -netdev "user,id=wire,hostfwd=tcp:127.0.0.1:$port-:22" -device virtio-net-pci,netdev=wire \
  -device virtio-rng-pci -display none -monitor none -serial "file:$folder/console" -pidfile "$folder/pid" >"$folder/qemu.log" 2>&1 </dev/null &
for _ in $(seq 300); do
  if timeout 10 "$(dirname "$0")/on.sh" "$folder" true 2>/dev/null; then exit 0; fi
  kill -0 $! 2>/dev/null || { echo "boot.sh: the machine ended: $(cat "$folder/qemu.log")" >&2; exit 1; }
  sleep 0.5
done
echo "boot.sh: no answer; see $folder/console" >&2
exit 1
