# What a Dockerfile is asked with --call: as text, as JSON, of a target, and of files with mistakes.
mkdir c; cat >c/Dockerfile <<'END'
# check=skip=StageNameCasing
# GLOBAL a global argument
ARG GLOBAL=1
# base the base of all
FROM busybox AS base
# A the first argument
ARG A=x
ARG B
RUN --mount=type=secret,id=token --mount=type=ssh true
RUN --mount=type=secret,id=must,required=true --mount=type=cache,id=c1,target=/c true

# final what is built
FROM base as final
ARG GLOBAL
ARG C=$A
MAINTAINER me
ENV x y
CMD echo hi
FROM base AS Other
END
# ask CALL [OPTIONS]: the answer, what is left of the errors without progress, and the code.
ask() {
  echo "--- $*"
  docker buildx build --progress quiet --call "$@" c >answer 2>errors
  code=$?
  # How the real engine got hold of the file is its own matter.
  case $1 in lint,format=json | check,format=json) python3 -c '
import json
a = json.load(open("answer"))
for s in a["sources"]: s.pop("definition", None)
print(json.dumps(a, indent=1, sort_keys=True))' ;; *) cat answer ;; esac
  cat errors
  echo "exit $code"
}
for call in check outline targets lint; do ask $call; ask $call,format=json; done
ask check,format=text
ask outline --target base; ask outline,format=json --target base; ask targets,format=json --target base; ask check --target base; ask check --target final
ask outline --target nosuch; ask check --target nosuch; ask nosuch
ask outline --build-arg A=given --build-arg GLOBAL=2
ask check --build-arg 'BUILDKIT_DOCKERFILE_CHECK=skip=StageNameCasing,FromAsCasing,MaintainerDeprecated,JSONArgsRecommended;error=true'
printf 'FROM busybox\nFROB\n' >c/Dockerfile; ask check; ask check,format=json
printf 'FROM busybox\nCOPY a\n' >c/Dockerfile; ask check
printf 'FROM busybox\n' >c/Dockerfile; ask check; ask check,format=json; ask outline; ask outline,format=json; ask targets; ask targets,format=json; ask subrequests.describe; ask subrequests.describe,format=json
