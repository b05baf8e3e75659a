for o in "syslog" "journald" "syslog --log-opt syslog-address=foo://x" "syslog --log-opt syslog-address=unixgram:///nosuch" "syslog --log-opt syslog-address=tcp://127.0.0.1:1" \
  "syslog --log-opt syslog-address=udp://127.0.0.1:1 --log-opt tag={{.Nosuch}}" "syslog --log-opt syslog-address=udp://127.0.0.1:1 --log-opt tag={{.Nosuch" \
  "syslog --log-opt syslog-facility=x" "syslog --log-opt syslog-format=x" "syslog --log-opt foo=x" "journald --log-opt foo=x"; do
echo "# $o"; echo "# $o" >&2; docker run --name ls --log-driver $o busybox echo hi; echo "code $?"; docker rm ls
done
docker run --name ls --log-opt labels=a,b --log-opt env=E --log-opt tag='{{ .Name }}' -l a=1 -l b='x y' -e E=3 busybox echo hi; docker logs --details ls; docker rm ls
