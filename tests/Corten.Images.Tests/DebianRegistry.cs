using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Corten.Images.Tests;

/// <summary>Debian's <c>docker-registry</c> on a free port of loopback, with a folder of its own.</summary>
internal sealed class DebianRegistry : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private DebianRegistry(Process process, string folder, string authority) => (_process, _folder, Authority) = (process, folder, authority);

    public string Authority { get; }

    /// <param name="authentication">The <c>auth:</c> section of its configuration, with <c>FOLDER</c> for its folder; empty for none.</param>
    /// <param name="files">Written into its folder first.</param>
    public static async Task<DebianRegistry> StartAsync(string authentication = "", params (string Name, string Content)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("corten-registry-").FullName;
        foreach (var (name, content) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), content);
        }

        var port = FreePort();
        var configuration = $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: {{folder}}/data }, delete: { enabled: true } }
            http: { addr: "127.0.0.1:{{port}}" }
            {{authentication.Replace("FOLDER", folder, StringComparison.Ordinal)}}
            """;
        var path = Path.Combine(folder, "config.yml");
        await File.WriteAllTextAsync(path, configuration);
        var process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", path]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var registry = new DebianRegistry(process, folder, $"127.0.0.1:{port}");
        await registry.WaitAsync(port);
        return registry;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task WaitAsync(int port)
    {
        for (var attempt = 0; attempt < 500 && !_process.HasExited; attempt++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }

        throw new InvalidOperationException("docker-registry does not answer");
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
