echo data >f; tar c f | docker import -c 'CMD ["x"]' -c 'ENV A=1' -c 'USER 5' -c 'LABEL a=b' -c 'ENTRYPOINT ["e"]' -c 'VOLUME /v' -c 'STOPSIGNAL INT' -c 'HEALTHCHECK NONE' -m note - sli:1
docker inspect -f '{{.Config.Cmd}} {{.Config.Env}} {{.Config.User}} {{.Config.Labels}} {{.Config.Entrypoint}} {{.Config.Volumes}} {{.Config.StopSignal}} {{.Comment}}' sli:1
docker save sli:1 -o s.tar; tar tf s.tar | grep -E '^(manifest.json|repositories|index.json|oci-layout)$' | sort
docker rmi sli:1 | wc -l; docker load -i s.tar; docker load -q <s.tar; docker images sli --format '{{.Repository}}:{{.Tag}}'
docker rmi sli:1 | wc -l
echo junk | docker load 2>/dev/null; echo "code $?"; docker load -i nosuch; echo "code $?"; : | docker load 2>/dev/null; echo "code $?"
docker import nosuch; echo "code $?"; echo junk | docker import - 2>/dev/null; echo "code $?"
head -c 1000 s.tar | docker load 2>/dev/null; echo "code $?"
