# The classic build with version=2: the stream carries BuildKit's messages, the last line says which image it is.
socket=${DOCKER_HOST#unix://}
mkdir context
printf 'FROM busybox\nRUN echo sa""id; echo $0 >/shell\n' >context/Dockerfile
printf 'FROM busybox\nRUN echo sa""id; exit 3\n' >context/failing
tar -C context -cf context.tar .
# build QUERY: status; what the messages speak of; the other lines, ids cut off.
build() {
  echo "--- $1"
  curl -s -o answer -w '%{http_code}\n' --unix-socket "$socket" -X POST -H 'Content-Type: application/x-tar' --data-binary @context.tar "http://d/v1.51/build?$1"
  python3 -c '
import base64, json
traced = b""
for line in open("answer"):
    o = json.loads(line)
    if o.get("id") == "moby.buildkit.trace": traced += base64.b64decode(o["aux"])
    else: print(json.dumps(o))
for words in b"[2/2] RUN echo sa", b"said", b"exporting to image": print(words.decode(), words in traced)
'
}
build 'version=2&nocache=1&t=traced'
docker run --rm --network none traced cat /shell
build 'version=2&q=1'
build 'version=2&dockerfile=failing&nocache=1'
build 'version=2&dockerfile=failing&nocache=1&q=1'
docker image rm traced >/dev/null
