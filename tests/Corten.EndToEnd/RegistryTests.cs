using System.Diagnostics;

namespace Corten.EndToEnd;

/// <summary>Push and pull with the stock client against Debian's registry, which listens on loopback in the daemon's own network namespace.</summary>
public sealed class RegistryTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    [Fact]
    public async Task Tags_digests_and_all_tags_go_both_ways()
    {
        await using var registry = await Registry.StartAsync(shared.Daemon, 5090, "");
        var name = registry.Authority + "/deep/box";
        foreach (var tag in (string[])["1", "2"])
        {
            (await shared.Daemon.DockerAsync("tag", "busybox", $"{name}:{tag}")).Ok();
        }

        (await shared.Daemon.DockerAsync("push", "-a", "-q", name)).Ok();
        var digest = (await shared.Daemon.DockerAsync("inspect", "-f", "{{index .RepoDigests 0}}", name + ":1")).Ok().Output.Trim();
        Assert.StartsWith(name + "@sha256:", digest);
        (await shared.Daemon.DockerAsync("rmi", name + ":1", name + ":2")).Ok();

        Assert.Equal(digest + "\n", (await shared.Daemon.DockerAsync("pull", "-q", digest)).Ok().Output);
        (await shared.Daemon.DockerAsync("pull", "-a", "-q", name)).Ok();
        var tags = (await shared.Daemon.DockerAsync("images", "--format", "{{.Tag}}", name)).Ok().Output;
        Assert.Equal(["1", "2"], tags.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(tag => tag != "<none>").Order());
        Assert.Equal("run\n", (await shared.Daemon.DockerAsync("run", "--rm", name + ":2", "echo", "run")).Ok().Output);

        var missing = await shared.Daemon.DockerAsync("pull", registry.Authority + "/nosuch:1");
        Assert.Equal(1, missing.Code);
        Assert.Contains($"manifest for {registry.Authority}/nosuch:1 not found: manifest unknown: manifest unknown", missing.Errors);
        (await shared.Daemon.DockerAsync("rmi", "-f", name + ":1", name + ":2")).Ok();
    }

    [Fact]
    public async Task Credentials_are_checked_kept_and_forgotten()
    {
        // user "u" with the password "secret"
        await using var registry = await Registry.StartAsync(shared.Daemon, 5091, "u:$2y$05$fAWHq9zBCOWmpTwb46cdVOTYkJQKOFArDruLzBY1KtQ5G1D.L3f42\n");
        var name = registry.Authority + "/private:1";
        (await shared.Daemon.DockerAsync("tag", "busybox", name)).Ok();
        Assert.Contains("no basic auth credentials", (await shared.Daemon.DockerAsync("push", name)).Errors);

        var wrong = await shared.Daemon.DockerAsync(["login", "-u", "u", "--password-stdin", registry.Authority], "wrong"u8.ToArray());
        Assert.Contains("401 Unauthorized", wrong.Errors);
        Assert.Contains("Login Succeeded", (await shared.Daemon.DockerAsync(["login", "-u", "u", "--password-stdin", registry.Authority], "secret"u8.ToArray())).Ok().Output);
        (await shared.Daemon.DockerAsync("push", "-q", name)).Ok();
        (await shared.Daemon.DockerAsync("rmi", name)).Ok();

        // Corten's own client reads the same credentials.
        Assert.Equal(name + "\n", (await shared.Daemon.CortenAsync("pull", "-q", name)).Ok().Output);
        (await shared.Daemon.DockerAsync("logout", registry.Authority)).Ok();
        Assert.Contains("no basic auth credentials", (await shared.Daemon.DockerAsync("pull", name)).Errors);
        (await shared.Daemon.DockerAsync("rmi", name)).Ok();
    }

    [Fact]
    public async Task A_mirror_answers_for_the_hub_and_a_killed_daemon_pulls_again()
    {
        await using var daemon = await CortenDaemon.StartAsync("--registry-mirror", "http://127.0.0.1:5092");
        await using var registry = await Registry.StartAsync(daemon, 5092, "");
        var name = registry.Authority + "/library/mirrored:1";
        (await daemon.DockerAsync("tag", "busybox", name)).Ok();
        (await daemon.DockerAsync("push", "-q", name)).Ok();
        (await daemon.DockerAsync("rmi", name)).Ok();

        var pulling = daemon.DockerAsync("pull", "mirrored:1");
        await daemon.KillAsync();
        await pulling;
        await daemon.LaunchAsync();

        Assert.Equal("docker.io/library/mirrored:1\n", (await daemon.DockerAsync("pull", "-q", "mirrored:1")).Ok().Output);
        Assert.Equal("run\n", (await daemon.DockerAsync("run", "--rm", "mirrored:1", "echo", "run")).Ok().Output);
        Assert.Empty(Directory.GetFiles(Path.Combine(daemon.DataRoot, "content", "ingest")));
    }

    private sealed class Registry : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly string _folder;

        private Registry(Process process, string folder, int port) => (_process, _folder, Authority) = (process, folder, $"127.0.0.1:{port}");

        public string Authority { get; }

        /// <param name="daemon">In whose network namespace it listens.</param>
        /// <param name="port">The namespace is the test's own: any will do.</param>
        /// <param name="passwords">In htpasswd's form; empty for a registry that is open to all.</param>
        public static async Task<Registry> StartAsync(CortenDaemon daemon, int port, string passwords)
        {
            var folder = Directory.CreateTempSubdirectory("corten-registry-").FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "htpasswd"), passwords);
            var configuration = Path.Combine(folder, "config.yml");
            await File.WriteAllTextAsync(configuration, $$"""
                version: 0.1
                log: { level: error, accesslog: { disabled: true } }
                storage: { filesystem: { rootdirectory: {{folder}}/data } }
                http: { addr: "127.0.0.1:{{port}}" }
                {{(passwords.Length > 0 ? $"auth: {{ htpasswd: {{ realm: test, path: {folder}/htpasswd }} }}" : "")}}
                """);
            var process = Process.Start(new ProcessStartInfo("nsenter", [$"--net=/run/netns/{daemon.Name}", "docker-registry", "serve", configuration]))!;
            var registry = new Registry(process, folder, port);
            while ((await daemon.ScriptAsync($"curl -s -o /dev/null http://{registry.Authority}/v2/")).Code != 0)
            {
                Assert.False(process.HasExited, "docker-registry ended");
            }

            return registry;
        }

        public async ValueTask DisposeAsync()
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
