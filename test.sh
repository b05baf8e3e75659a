#!/usr/bin/env bash
# Installs what is missing, builds everything and runs every test. Ends in a line "N passed, N failed".
# usage: ./test.sh [PROJECT-NAME-PART...]      for example ./test.sh Storage Runtime
# Tests use real namespaces, mounts and cgroups: run it as root.
set -uo pipefail
cd "$(dirname "$0")"
[ "$(id -u)" = 0 ] || { echo "test.sh: must run as root: the tests make namespaces, mounts and cgroups" >&2; exit 1; }

./scripts/install-needs.sh build && ./scripts/install-needs.sh test || exit 1
export PATH="$PATH:$HOME/.dotnet" DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
./build.sh || { echo "0 passed, 1 failed"; exit 1; }
export CORTEN_OUT="$PWD/out"
dotnet build Corten.slnx -v q --nologo || { echo "0 passed, 1 failed"; exit 1; }

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
passed=0 failed=0 skipped=0
for project in tests/*.Tests tests/Corten.EndToEnd*; do
  name=$(basename "$project")
  [ -f "$project/$name.csproj" ] || continue
  if [ $# -gt 0 ]; then
    wanted=
    for part in "$@"; do case $name in *"$part"*) wanted=1 ;; esac; done
    [ -n "$wanted" ] || continue
  fi
  find "$project" -name '*.cs' -not -path '*/obj/*' -not -path '*/bin/*' | grep -q . || continue
  started=$SECONDS
  # A hung test must not take the whole run with it: --blame-hang ends the project and names the test.
  dotnet test "$project" --no-build --nologo -v q --logger "console;verbosity=minimal" --blame-hang-timeout 5m >"$logs/$name" 2>&1
  status=$?
  line=$(grep -E 'Failed: +[0-9]+, Passed: +[0-9]+' "$logs/$name" | tail -n 1)
  f=$(sed -nE 's/.*Failed: +([0-9]+),.*/\1/p' <<<"$line") p=$(sed -nE 's/.*Passed: +([0-9]+),.*/\1/p' <<<"$line") s=$(sed -nE 's/.*Skipped: +([0-9]+),.*/\1/p' <<<"$line")
  f=${f:-0} p=${p:-0} s=${s:-0}
  # A project that died without a count, or failed beside its tests, is one failure.
  if [ "$status" != 0 ] && [ "$f" = 0 ]; then f=1; fi
  printf '%-32s %5d passed %3d failed %3d skipped  %4ds\n' "$name" "$p" "$f" "$s" $((SECONDS - started))
  [ "$f" = 0 ] || { cat "$logs/$name"; }
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" = 0 ]
