# Who reaches whom, where, and what the server sees as the source: {host, another machine, containers} x {addresses} x {published, published on loopback, unpublished} x {tcp, udp}.
# It looks from inside network namespaces, so it has to run in the one of the engine.
exec python3 - <<'END'
import concurrent.futures, ctypes, ipaddress, json, os, socket, subprocess, sys, threading

def run(*command): return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
def docker(*arguments): return run("docker", *arguments)
def ip(*arguments): return run("ip", *arguments)

libc, NEWNET = ctypes.CDLL(None, use_errno=True), 0x40000000
out = f"out{os.getpid()}"

def enter(namespace):
    if namespace is None: return
    fd = os.open(namespace, os.O_RDONLY)
    if libc.setns(fd, NEWNET) != 0: raise OSError(ctypes.get_errno(), namespace)
    os.close(fd)

def serve(namespace, family, kind, port, ready):
    enter(namespace)
    server = socket.socket(family, kind)
    if family == socket.AF_INET6: server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    server.bind(("::" if family == socket.AF_INET6 else "0.0.0.0", port))
    if kind == socket.SOCK_STREAM: server.listen(64)
    ready.release()
    while True:
        if kind == socket.SOCK_STREAM:
            client, source = server.accept()
            with client: client.sendall(source[0].encode())
        else:
            _, source = server.recvfrom(64)
            server.sendto(source[0].encode(), source)

def ask(namespace, address, port, protocol):
    with concurrent.futures.ThreadPoolExecutor(1) as own:  # setns(2) is for good: a thread of its own
        return own.submit(ask_here, namespace, address, port, protocol).result()

def ask_here(namespace, address, port, protocol):
    enter(namespace)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM) as client:
        client.settimeout(3 if protocol == "tcp" else 1)
        try:
            client.connect((address, port))
            if protocol == "tcp": return client.recv(64).decode() or None
            for attempt in range(3):
                client.send(b"who am I")
                try: return client.recv(64).decode()
                except TimeoutError: pass
        except OSError: pass
    return None

ports = ["-p", "18080:80", "-p", "18080:80/udp", "-p", "127.0.0.1:18081:80", "-p", "127.0.0.1:18081:80/udp", "-p", "[::1]:18082:80", "-p", "10.77.0.1:18083:80"]
networks = {"nra": ["--ipv6"], "nrb": ["--ipv6"], "nri": ["--ipv6", "--internal"], "nr6": ["--ipv6", "--ipv4=false"]}
containers = {"server": ("nra", ports), "same": ("nra", []), "other": ("nrb", []), "inner": ("nri", ["-p", "18085:80"]), "neighbour": ("nri", []),
              "default": ("bridge", ["-p", "18090:80", "-p", "18090:80/udp"]), "six": ("nr6", ["-p", "18096:80", "-p", "18096:80/udp"])}
try:
    ip("netns", "add", out)
    ip("link", "add", "nrout", "type", "veth", "peer", "name", "eth0", "netns", out)
    ip("addr", "add", "10.77.0.1/24", "dev", "nrout"); ip("-6", "addr", "add", "fd77::1/64", "dev", "nrout", "nodad"); ip("link", "set", "nrout", "up")
    ip("-n", out, "addr", "add", "10.77.0.2/24", "dev", "eth0"); ip("-n", out, "-6", "addr", "add", "fd77::2/64", "dev", "eth0", "nodad")
    ip("-n", out, "link", "set", "lo", "up"); ip("-n", out, "link", "set", "eth0", "up")
    # The other machine knows where the containers are, and takes the host for a router even to its loopback.
    ip("-n", out, "route", "add", "default", "via", "10.77.0.1"); ip("-n", out, "-6", "route", "add", "default", "via", "fd77::1")
    run("nsenter", f"--net=/run/netns/{out}", "sh", "-c", "echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet; ip route add 127.0.0.1/32 via 10.77.0.1 table local 2>/dev/null; ip route del 127.0.0.1/32 dev lo table local 2>/dev/null || true")
    for name, flags in networks.items(): docker("network", "create", *flags, name)
    for name, (network, flags) in containers.items(): docker("run", "-d", "--name", "nr-" + name, "--network", network, *flags, "busybox", "sleep", "1000")

    names, at, namespaces = {"127.0.0.1": "loopback", "::1": "loopback", "10.77.0.1": "host's address", "fd77::1": "host's address", "10.77.0.2": "outside", "fd77::2": "outside"}, {}, {"host": None, "outside": f"/run/netns/{out}"}
    for name, (network, _) in containers.items():
        state = json.loads(docker("inspect", "nr-" + name))[0]
        settings = state["NetworkSettings"]["Networks"][network]
        at[name] = settings["IPAddress"], settings["GlobalIPv6Address"]
        namespaces[name] = f"/proc/{state['State']['Pid']}/ns/net"
        for address in at[name]: names[address] = name
    for network in ["bridge", *networks]:
        gateways = [c.get("Gateway", "").split("/")[0] for c in json.loads(docker("network", "inspect", network))[0]["IPAM"]["Config"]]
        gateways.sort(key=lambda g: ":" in g)
        at["gateway of " + network] = (gateways[0], gateways[1] if len(gateways) > 1 else "") if ":" not in gateways[0] else ("", gateways[0])
        for gateway in gateways: names[gateway] = "gateway of " + network

    ready = threading.Semaphore(0)
    served = [(n, f, k, p) for n in ("server", "inner", "default", "six") for f in (socket.AF_INET, socket.AF_INET6) for k in (socket.SOCK_STREAM, socket.SOCK_DGRAM) for p in (80, 81)]
    for name, family, kind, port in served: threading.Thread(target=serve, args=(namespaces[name], family, kind, port, ready), daemon=True).start()
    for _ in served: ready.acquire()

    at["loopback"], at["host's address"] = ("127.0.0.1", "::1"), ("10.77.0.1", "fd77::1")
    rows = []
    for source in namespaces:
        gateways = sorted({"gateway of nra"} | ({"gateway of " + containers[source][0]} if source in containers else set()))
        places = [(place, port, "") for place in (["loopback"] if source in ("host", "outside") else []) + ["host's address"] + gateways for port in (18080, 18081, 18082, 18083, 18085, 18090, 18096)]
        places += [(place, port, "") for place in ("server", "inner", "default", "six") for port in (80, 81)]
        for place, port, _ in places:
            for address in at[place]:
                if address: rows += [(source, place, address, port, protocol) for protocol in (("tcp", "udp") if port in (80, 81, 18080, 18081, 18090, 18096) else ("tcp",))]
    with concurrent.futures.ThreadPoolExecutor(100) as many:
        answers = list(many.map(lambda row: ask(namespaces[row[0]], row[2], row[3], row[4]), rows))
    summary = {}
    for (source, place, address, port, protocol), seen in zip(rows, answers):
        key = (source, port, place, "IPv6" if ":" in address else "IPv4")
        summary.setdefault(key, []).append((protocol, "no" if seen is None else "as " + ("itself" if names.get(seen) == source else names.get(seen, "host" if ipaddress.ip_address(seen).is_link_local else seen))))
    for (source, port, place, family), results in summary.items():
        if len({r for _, r in results}) == 1: results = [("/".join(p for p, _ in results), results[0][1])]
        print(f"{source} to {place} {port} {family}: " + ", ".join(f"{p} {r}" for p, r in results))
finally:
    subprocess.run(["docker", "rm", "-fv", *("nr-" + name for name in containers)], capture_output=True)
    subprocess.run(["docker", "network", "rm", *networks], capture_output=True)
    subprocess.run(["ip", "link", "del", "nrout"], capture_output=True)
    subprocess.run(["ip", "netns", "del", out], capture_output=True)
    sys.stdout.flush()
    os._exit(0)  # the servers' threads wait for ever
END
