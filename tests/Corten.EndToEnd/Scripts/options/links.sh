docker run -d --name lnk -e E=1 --expose 80 busybox sleep 100
docker run --rm --name lnkc --link lnk:db busybox sh -c 'env | grep DB_ | sed "s/172[0-9.]*/IP/" | sort; grep "[[:space:]]db " /etc/hosts | sed "s/172[0-9.]*/IP/"'
docker run --rm --link nosuch:db busybox true; echo "code $?"
docker rm -f lnk
