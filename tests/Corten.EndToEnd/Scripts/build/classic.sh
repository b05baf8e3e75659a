# What docker prints of a build without buildx: which steps there are, which were done before, and where it fails.
export DOCKER_BUILDKIT=0
exec 2>errors
rm -rf c; mkdir c
head -c 16 /dev/urandom >c/random
head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' >c/name
unique=$(cat c/name)
build() { echo "--- $*" | sed "s/[0-9a-f]\{64\}/ID/"; docker build "$@" c >out; code=$?; sed "s/$unique/UNIQUE/" out; echo "= $code"; }
cat >c/Dockerfile <<'END'
ARG BASE=busybox
FROM $BASE AS one
COPY random /random
ARG A=1
LABEL a=$A
RUN echo "A is $A"
RUN echo wrong >&2
ENV E=1 \

    F=2
FROM busybox AS two
COPY random /two
RUN printf 'no end of line'
FROM one AS last
COPY --from=two /two /two
EXPOSE 80
USER nobody
WORKDIR /w
VOLUME /v
ENTRYPOINT ["a"]
CMD ["b"]
HEALTHCHECK NONE
STOPSIGNAL 9
SHELL ["/bin/sh", "-c"]
ONBUILD RUN echo triggered
ONBUILD ENV TRIGGERED=yes
MAINTAINER me
END
build -t classic:1
build -t classic:1
build -t classic:2 --label x=1 --label b=2
build -t classic:2 --label x=1 --label b=2
build --build-arg A=2 --rm=false
build --target one --no-cache
build -q
echo '=== triggers'
printf 'FROM busybox\nCOPY random /\nONBUILD RUN echo triggered\nONBUILD ENV TRIGGERED=yes\n' >c/base
printf 'FROM classic:base\nRUN echo own\n' >c/child
build -q -f c/base -t classic:base >/dev/null
build -f c/child
build -f c/child
printf 'FROM busybox\nCOPY random /\nONBUILD LABEL triggered=yes\n' >c/base
build -q -f c/base -t classic:base >/dev/null
build -f c/child
echo "=== a container's network"
docker run -d --name classic-donor --hostname donor --add-host mark:1.2.3.4 busybox sleep 100 >/dev/null
printf 'FROM busybox\nCOPY name /\nRUN hostname; grep mark /etc/hosts\n' >c/network
build -f c/network --network container:classic-donor
build -f c/network --network container:$(docker inspect -f '{{.Id}}' classic-donor) --no-cache
docker rm -f classic-donor >/dev/null
build -f c/network --network container:classic-donor --no-cache
echo '=== failures'
printf 'FROM busybox\nLABEL %s=1\nCOPY nosuch /\nRUN true\n' "$unique" >c/missing
printf 'FROM busybox\nLABEL %s=1\nRUN exit 3\nENV X=1\n' "$unique" >c/failing
printf 'FROM 127.0.0.1:1/nosuch\nRUN true\n' >c/unreachable
printf 'FROM busybox\nFOO bar\n' >c/wrong
for file in missing failing unreachable wrong; do build -f c/$file; done
build -f c/failing --force-rm
build -f c/failing -q
build --target nosuch
echo '=== errors'
sed -n "s/$unique/UNIQUE/; /DEPRECATED/,/^\$/!p" errors
docker rmi -f classic:1 classic:2 classic:base >/dev/null
