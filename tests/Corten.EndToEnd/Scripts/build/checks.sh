# Every rule of the stock front end: a file that breaks it, and one that comes near without.
mkdir c; echo f >c/f; printf 'ignored\n*.tmp\n' >c/.dockerignore; echo i >c/ignored
# Reads the Dockerfile from standard input.
check() {
  cat >c/Dockerfile
  echo "--- $1"
  docker buildx build --progress quiet --check c 2>errors; code=$?
  cat errors; echo "exit $code"
}
check StageNameCasing <<'END'
FROM busybox AS Upper
FROM busybox AS lower
END
check FromAsCasing <<'END'
FROM busybox as one
from busybox AS two
from busybox as three
FROM busybox AS four
END
check NoEmptyContinuation <<'END'
FROM busybox
RUN echo a \

  b
RUN echo a \
  # comment
  b
END
check ConsistentInstructionCasing <<'END'
FROM busybox
run true
RUN true
Env a=b
LABEL a=b
END
check ConsistentInstructionCasing-lower <<'END'
from busybox
run true
RUN true
END
check DuplicateStageName <<'END'
FROM busybox AS one
FROM busybox AS two
FROM busybox AS ONE
FROM busybox AS one
END
check ReservedStageName <<'END'
FROM busybox AS context
FROM busybox AS scratch
END
check JSONArgsRecommended <<'END'
FROM busybox
ENTRYPOINT echo a
CMD echo b
FROM busybox
SHELL ["/bin/sh", "-ec"]
CMD echo c
FROM busybox
HEALTHCHECK CMD echo d
END
check MaintainerDeprecated <<'END'
FROM busybox
MAINTAINER somebody <a@b>
END
check UndefinedArgInFrom <<'END'
ARG KNOWN=busybox
FROM $KNOWN
FROM ${UNKNOWN:-busybox}
FROM ${KNOWNN:-busybox}
END
check WorkdirRelativePath <<'END'
FROM busybox
WORKDIR app
WORKDIR /a
WORKDIR b
FROM busybox
WORKDIR /a
WORKDIR b
END
check UndefinedVar <<'END'
FROM busybox
ARG known
COPY $unknown f /
ENV a=$known b=$knwon c=${d:-x}
LABEL p=$PTH q=$PATH
RUN echo $whatever
WORKDIR /$a/$e
END
check MultipleInstructionsDisallowed <<'END'
FROM busybox
CMD ["a"]
CMD ["b"]
ENTRYPOINT ["a"]
ENTRYPOINT ["b"]
HEALTHCHECK CMD a
HEALTHCHECK CMD b
FROM busybox
CMD ["a"]
END
check LegacyKeyValueFormat <<'END'
FROM busybox
ENV a b
ENV c=d
LABEL e f
LABEL g \
  h
END
check RedundantTargetPlatform <<'END'
FROM --platform=$TARGETPLATFORM busybox
FROM --platform=${TARGETPLATFORM} busybox
FROM --platform=$BUILDPLATFORM busybox
END
check SecretsUsedInArgOrEnv <<'END'
FROM busybox
ARG PASSWORD
ARG my_api_key=1
ARG APIKEY
ENV AWS_SECRET_ACCESS_KEY=x TOKENS=1 PUBLIC_KEY=k
ENV GIT_TOKEN y
ARG MONKEY KEYBOARD AUTH credentials
END
check InvalidDefaultArgInFrom <<'END'
ARG TAG
ARG IMAGE
FROM busybox:${TAG}
FROM busybox${TAG}
FROM busybox:latest$TAG
END
check FromPlatformFlagConstDisallowed <<'END'
FROM --platform=linux/amd64 busybox
FROM --platform=linux/amd64 busybox AS build_amd64
FROM --platform=linux/amd64 busybox AS other
END
check CopyIgnoredFile <<'END'
# check=experimental=CopyIgnoredFile
FROM busybox
COPY ignored /
ADD f ignored a.tmp /x/
COPY . /y/
END
check InvalidDefinitionDescription <<'END'
# check=experimental=InvalidDefinitionDescription
# whatever this is
ARG one=1
# two is described
ARG two=2

# far away

ARG three
# something else
FROM busybox AS base
# base is fine
FROM busybox AS other
END
check ExposeProtoCasing <<'END'
FROM busybox
EXPOSE 80/TCP 81/udp 82/Sctp
END
check ExposeInvalidFormat <<'END'
FROM busybox
EXPOSE 127.0.0.1:80:80 8080:80 80 [::1]:90:90/tcp
END
check skipped <<'END'
# check=skip=JSONArgsRecommended,MaintainerDeprecated
FROM busybox
MAINTAINER me
CMD echo a
ENV a b
END
check all-skipped <<'END'
# check=skip=all
FROM busybox as Upper
ENV a b
END
check error <<'END'
# check=error=true
FROM busybox
ENV a b
END
check bad-directive <<'END'
# check=nonsense=1
FROM busybox
ENV a b
END
