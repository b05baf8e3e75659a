docker run --name df busybox sh -c 'echo x >/new; rm /etc/group; mkdir /d; echo y >/d/f; chmod 600 /etc/passwd; ln -s a /l'
docker diff df | sort
docker export df | tar t | grep -E '^(new|d/|d/f|l|etc/passwd|etc/group|\.dockerenv|dev/console|proc/|etc/hosts|etc/resolv.conf)$' | sort
docker commit -m note -a me -c 'CMD ["cat","/new"]' -c 'ENV A=b' -c 'LABEL l=m' -c 'EXPOSE 80' -c 'WORKDIR /d' df dfimage:1
docker run --rm dfimage:1; docker run --rm dfimage:1 sh -c 'pwd; echo $A; ls /etc/group'
docker inspect -f '{{.Comment}} {{.Author}} {{.Config.Cmd}} {{.Config.Labels}} {{.Config.ExposedPorts}}' dfimage:1
docker history --format '{{.Comment}} {{.CreatedBy}}' dfimage:1
docker commit -c 'NOSUCH x' df; echo "code $?"
docker commit -c 'RUN x' df; echo "code $?"
docker rm df; docker rmi dfimage:1 | wc -l
