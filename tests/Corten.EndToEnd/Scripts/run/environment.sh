docker run --rm -h h busybox env
docker run --rm -h h -t busybox env
printf 'X=1\n# comment\n\nY=two words\nHOME=/elsewhere\n' > list; docker run --rm -h h --env-file list busybox env
docker run --rm -h h -e PATH=/bin busybox env
printf 'bad name=1\n' > bad; docker run --rm --env-file bad busybox env; echo "code $?"
docker run --rm --env-file nosuch busybox env; echo "code $?"
