# The local driver's type, device and o.
{
docker volume create --opt type=tmpfs --opt device=tmpfs --opt o=size=10m,uid=1000 vdt; docker volume inspect -f '{{json .Options}} {{.Driver}} {{.Scope}}' vdt
for i in 1 2; do docker run --rm -v vdt:/d busybox sh -c 'ls /d; echo gone >/d/f; df -h /d | tail -1; stat -c %u /d; mount | grep " /d "'; done
docker run -d --name vdc -v vdt:/d busybox sh -c 'echo stays >/d/f; exec sleep 100' >/dev/null; docker run --rm -v vdt:/d busybox sh -c 'while ! [ -s /d/f ]; do sleep 0.1; done; cat /d/f'; docker volume rm vdt | sed 's/in use.*/in use/'; docker rm -f vdc
docker volume create --opt type=none --opt device=/etc --opt o=bind vdb; docker run --rm -v vdb:/d busybox sh -c 'test -f /d/passwd && echo bound'; docker run --rm -v vdb:/d:ro busybox touch /d/x; docker run --rm --mount type=volume,source=vdb,target=/d,readonly busybox touch /d/x
docker volume create --opt type=none --opt device=/etc --opt o=bind,ro vdr; docker run --rm -v vdr:/d busybox touch /d/x
docker volume create --opt type=none --opt device=/nosuch/folder --opt o=bind vdn; docker run --rm -v vdn:/d busybox true; echo "code $?"
docker volume create --opt type=nosuchfs --opt device=/dev/null vdf; docker run --rm -v vdf:/d busybox true; echo "code $?"
docker volume create --opt type=nfs --opt device=:/export --opt o=addr=127.0.0.1,rw vdm; docker run --rm -v vdm:/d busybox true 2>&1 | sed 's/: [a-z ]*$/: REASON/'
docker volume create --opt type=nfs --opt device=:/export --opt o=addr=nosuch.invalid vdh; docker run --rm -v vdh:/d busybox true 2>&1 | sed 's/\(lookup nosuch.invalid\).*/\1/'
docker run --rm --mount 'type=volume,target=/d,volume-driver=local,volume-opt=type=tmpfs,volume-opt=device=tmpfs,"volume-opt=o=size=5m,mode=700",volume-label=a=b' busybox sh -c 'df -h /d | tail -1; stat -c %a /d'
docker run --rm --privileged -v /:/h busybox mkdir -p /h/vdo/l /h/vdo/u /h/vdo/w; docker run --rm --privileged -v /:/h busybox sh -c 'echo low >/h/vdo/l/f'
docker volume create --opt type=overlay --opt device=overlay --opt o=lowerdir=/vdo/l,upperdir=/vdo/u,workdir=/vdo/w vdl; docker run --rm -v vdl:/d busybox sh -c 'cat /d/f; echo new >/d/g'; docker run --rm -v /:/h busybox sh -c 'ls /h/vdo/u; rm -rf /h/vdo'
docker volume create --opt type=tmpfs vdx; docker volume create --opt o=size=1 vdx; docker volume create --opt size=1g vdx; docker volume create --opt nosuch=1 vdx; docker volume create --driver nosuch vdx
docker volume rm vdt vdb vdr vdn vdf vdm vdh vdl
} 2>&1 | sed -E "s#/[^ :',]*/volumes/#VOLUMES/#g"
