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
# Where the result goes, and what is refused at once.
refused() { echo "--- $1"; curl -s -w '%{http_code}\n' --unix-socket "$socket" -X POST -H 'Content-Type: application/x-tar' --data-binary @context.tar "http://d/v1.51/build?$1"; }
build 'version=2&outputs=%5B%7B%22Type%22:%22moby%22,%22Attrs%22:%7B%22name%22:%22traced:named%22%7D%7D%5D'
docker run --rm --network none traced:named cat /shell
refused 'version=2&outputs=%5B%7B%22Type%22:%22foo%22%7D%5D'
refused 'version=2&outputs=%5B%7B%7D%5D'
refused 'version=2&outputs=%5B%7B%22Type%22:%22tar%22%7D,%7B%22Type%22:%22local%22%7D%5D'
refused 'version=2&networkmode=somewhere'
build 'version=2&dockerfile=missing'
# The context comes with a request of its own, whichever comes first.
curl -s -w '%{http_code}\n' -o uploaded --unix-socket "$socket" -X POST --data-binary @context.tar "http://d/v1.51/build?version=2&buildid=upload-request:traced$$" >status &
curl -s --unix-socket "$socket" -X POST "http://d/v1.51/build?version=2&buildid=traced$$&remote=upload-request" | grep -c moby.image.id
wait
cat status uploaded
docker image rm traced traced:named >/dev/null
