#!/bin/sh
# Options alone are the server's; the server itself does not run as root.
set -e
case ${1:-} in -*|*.conf) set -- redis-server --protected-mode no "$@" ;; esac
if [ "${1:-}" = redis-server ] && [ "$(id -u)" = 0 ]; then
  chown -R redis:redis .
  exec su redis -c 'exec "$0" "$@"' -- "$@"
fi
exec "$@"
