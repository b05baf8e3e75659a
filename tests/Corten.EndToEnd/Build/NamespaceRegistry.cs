using System.Diagnostics;

namespace Corten.EndToEnd.Build;

/// <summary>Debian's <c>docker-registry</c> on the loopback of a daemon's network namespace. Two of them over one folder are one registry in two places.</summary>
public sealed class NamespaceRegistry : IAsyncDisposable
{
    /// <summary>What images are called that go there.</summary>
    public const string Authority = "127.0.0.1:5000";

    private readonly Process _process;

    private NamespaceRegistry(Process process) => _process = process;

    /// <param name="daemon">Whose namespace.</param>
    /// <param name="folder">Where it keeps everything.</param>
    public static async Task<NamespaceRegistry> StartAsync(CortenDaemon daemon, string folder)
    {
        Directory.CreateDirectory(folder);
        var configuration = Path.Combine(daemon.Root, "registry.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: {{folder}} } }
            http: { addr: "{{Authority}}" }
            """);
        var process = Process.Start(new ProcessStartInfo("nsenter", [$"--net=/run/netns/{daemon.Name}", "docker-registry", "serve", configuration])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        (await daemon.ScriptAsync($"until curl -sf http://{Authority}/v2/; do kill -0 {process.Id} || exit 1; done")).Ok();
        return new NamespaceRegistry(process);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
