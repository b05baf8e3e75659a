namespace Corten.EndToEnd;

/// <summary>What volumes do beyond what the scripts recorded from the real engine show: plugins, archives, copies, and daemons that die.</summary>
public sealed class VolumeTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    /// <summary>A volume plugin as Docker's protocol has it, whose volumes are folders: <c>plugin.py SOCKET FOLDER</c>.</summary>
    private const string Plugin = """
        import http.server, json, os, shutil, socketserver, sys
        socket, folder = sys.argv[1], sys.argv[2]
        class Plugin(http.server.BaseHTTPRequestHandler):
            def address_string(self): return "engine"
            def log_message(self, *words): pass
            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
                call, name = self.path.split(".")[-1], asked.get("Name", "")
                path, answer = os.path.join(folder, name), {"Err": ""}
                with open(folder + ".calls", "a") as calls: calls.write(f"{call} {name}\n")
                if self.path == "/Plugin.Activate": answer = {"Implements": ["VolumeDriver"]}
                elif call == "Capabilities": answer = {"Capabilities": {"Scope": "global"}}
                elif call == "Create": os.makedirs(path, exist_ok=True) if asked.get("Opts", {}) != {"fail": "yes"} else answer.update(Err="no room left")
                elif call == "Remove": shutil.rmtree(path)
                elif call in ("Mount", "Path"): answer["Mountpoint"] = path
                elif call == "Get": answer = {"Volume": {"Name": name, "Mountpoint": path, "Status": {"plugin": "works"}}, "Err": ""} if name and os.path.isdir(path) else {"Err": "no such volume"}
                elif call == "List": answer["Volumes"] = [{"Name": n, "Mountpoint": os.path.join(folder, n)} for n in sorted(os.listdir(folder))]
                body = json.dumps(answer).encode()
                self.send_response(200); self.send_header("Content-Type", "application/vnd.docker.plugins.v1.1+json"); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
        os.makedirs(folder, exist_ok=True); os.makedirs(os.path.dirname(socket), exist_ok=True)
        class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer): daemon_threads = True
        Server(socket, Plugin).serve_forever()
        """;

    [Fact]
    public async Task A_plugins_volumes_are_used_like_local_ones()
    {
        await using var daemon = await CortenDaemon.StartAsync(ownPlugins: true);
        await File.WriteAllTextAsync(Path.Combine(daemon.Root, "plugin.py"), Plugin, TestContext.Current.CancellationToken);
        var typed = await daemon.ScriptAsync($$$"""
            D=cloudy; python3 plugin.py {{{daemon.Plugins}}}/$D.sock $PWD/cloud </dev/null >/dev/null 2>plugin.err & plugin=$!
            trap 'kill $plugin' EXIT
            for i in $(seq 100); do [ -S {{{daemon.Plugins}}}/$D.sock ] && break; sleep 0.05; done
            docker volume create -d $D vol; docker volume inspect -f '{{.Scope}} {{.Status.plugin}}' vol
            docker run --rm -v vol:/d busybox sh -c 'echo data >/d/f'; cat cloud/vol/f
            docker run --rm --volume-driver $D -v other:/d busybox touch /d/g 2>&1; ls cloud
            docker volume ls --filter driver=$D --format '{{.Name}}'; docker info -f '{{.Plugins.Volume}}' | grep -c $D
            docker volume create -d $D -o fail=yes bad 2>&1; docker volume create -d local vol 2>&1
            docker run -d --name holds -v vol:/d busybox sleep 100 >/dev/null; docker volume rm vol 2>&1 | sed 's/- .*//'; docker rm -f holds >/dev/null
            docker volume rm vol other; ls cloud | wc -l
            grep -E '^(Mount|Unmount) vol' cloud.calls
            """);
        Assert.Equal("""
            vol
            global works
            data
            other
            vol
            other
            vol
            1
            Error response from daemon: create bad: VolumeDriver.Create: no room left
            Error response from daemon: create vol: driver 'cloudy' already has volume 'vol': volume name must be unique
            Error response from daemon: remove vol: volume is in use 
            vol
            other
            0
            Mount vol
            Unmount vol
            Mount vol
            Unmount vol

            """, typed.Ok().Output);
    }

    [Fact]
    public async Task Volumes_are_exported_imported_cloned_snapshot_and_measured_while_they_are_used()
    {
        var corten = Programs.Corten;
        var typed = await shared.Daemon.ScriptAsync($$$"""
            set -e
            docker volume create data >/dev/null
            docker run -d --name uses -v data:/d busybox sh -c 'echo one >/d/f; chown 5:6 /d/f; chmod 640 /d/f; ln -s f /d/l; mkfifo /d/p; touch /d/ready; exec sleep 100' >/dev/null
            docker run --rm -v data:/d busybox sh -c 'while ! [ -e /d/ready ]; do sleep 0.05; done'
            {{{corten}}} volume snapshot data kept; {{{corten}}} volume clone data copy; {{{corten}}} volume export data -o data.tar
            {{{corten}}} volume import restored data.tar; {{{corten}}} volume export data | {{{corten}}} volume import piped
            docker exec uses sh -c 'echo two >/d/f'
            for v in kept copy restored piped; do docker run --rm -v $v:/d busybox sh -c 'cat /d/f; stat -c "%u %g %a" /d/f; readlink /d/l; stat -c %F /d/p'; done | sort | uniq -c | tr -s ' '
            docker volume inspect -f '{{index .Labels "corten.volume.snapshot-of"}}' kept
            {{{corten}}} volume ls --size --filter name=copy --format '{{.Name}} {{.Size}}'
            {{{corten}}} volume import kept data.tar 2>&1 || echo refused; echo nonsense | {{{corten}}} volume import broken 2>/dev/null || echo refused; docker volume inspect broken >/dev/null 2>&1 || echo 'nothing left'
            docker rm -f uses >/dev/null; docker volume rm data kept copy restored piped >/dev/null
            """);
        Assert.Equal("""
            kept
            copy
            restored
            piped
             4 5 6 640
             4 f
             4 fifo
             4 one
            data
            copy 4B
            Error response from daemon: import kept: the volume is not empty: import into a new one
            refused
            refused
            nothing left

            """, typed.Ok().Output);
    }

    [Fact]
    public async Task Data_survives_a_killed_daemon_and_what_was_half_done_is_swept()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        (await daemon.ScriptAsync("""
            set -e
            docker volume create kept; docker volume create --opt type=tmpfs --opt device=tmpfs mem
            docker run -d --name uses -v kept:/d -v mem:/m --mount type=volume,source=kept,target=/s,volume-subpath= busybox sh -c 'echo data >/d/f; echo mem >/m/f; exec sleep 1000'
            docker run --rm -v kept:/d busybox sh -c 'while ! [ -e /d/f ]; do sleep 0.05; done'
            """)).Ok();
        await daemon.KillAsync();
        // As a removal and a copy that were cut short leave them.
        foreach (var half in new[] { ".removed-12345678-gone", ".staged-12345678" })
        {
            Directory.CreateDirectory(Path.Combine(daemon.DataRoot, "volumes", half, "_data"));
        }

        await daemon.LaunchAsync();
        var later = await daemon.ScriptAsync("""
            docker exec uses cat /d/f /m/f; docker volume rm kept 2>&1 | sed 's/- .*//'
            docker rm -f uses >/dev/null; docker run --rm -v kept:/d -v mem:/m busybox sh -c 'cat /d/f; ls /m | wc -l'
            docker volume ls -q; docker volume rm kept mem
            """);
        Assert.Equal("data\nmem\nError response from daemon: remove kept: volume is in use \ndata\n0\nkept\nmem\nkept\nmem\n", later.Ok().Output);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(daemon.DataRoot, "volumes")));
        Assert.DoesNotContain($"{daemon.DataRoot}/volumes", await File.ReadAllTextAsync("/proc/self/mounts", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
