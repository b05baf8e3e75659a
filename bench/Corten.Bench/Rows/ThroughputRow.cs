using System.Text.Json;

namespace Corten.Bench.Rows;

/// <summary>
/// How long a gigabyte takes over TCP, by Debian's iperf3 in two containers: to the other one's address on the same network, or from another network through a
/// port that is published on the host.
/// </summary>
public sealed class ThroughputRow(bool published) : IRow
{
    private const string Prefix = "corten-bench-throughput";
    private const string Image = "corten-bench-iperf3";

    public string Name => published ? "throughput through a published port (ms a GB)" : "throughput between two containers (ms a GB)";

    public async Task<IReadOnlyList<Way>> PrepareAsync(Settings settings, CancellationToken cancel)
    {
        var ways = new List<Way>();
        var folder = Directory.CreateTempSubdirectory("corten-bench-").FullName;
        try
        {
            var archive = await PackAsync(folder);
            foreach (var (name, host) in new[] { ("Docker Engine", settings.DockerHost), ("cortend", settings.CortenHost) })
            {
                await Command.OutputAsync(["docker", "import", archive, Image], host);
                foreach (var network in new[] { Prefix, Prefix + "-other" })
                {
                    await Command.OutputAsync(["docker", "network", "create", network], host);
                }

                await Command.OutputAsync(["docker", "run", "-d", "--name", Prefix + "-server", "--network", Prefix, "-p", "15201:5201", Image, "iperf3", "-s"], host);
                var network2 = published ? Prefix + "-other" : Prefix;
                // The client container only holds a namespace; each measurement is a process in it.
                await Command.OutputAsync(["docker", "run", "-d", "--name", Prefix + "-client", "--network", network2, Image, "iperf3", "-s"], host);
                var server = published
                    ? await Command.OutputAsync(["docker", "network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", network2], host)
                    : await Command.OutputAsync(["docker", "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", Prefix + "-server"], host);
                ways.Add(new(name, () => OnceAsync(host, server)));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return ways;
    }

    public async Task CleanAsync(Settings settings)
    {
        foreach (var host in new[] { settings.DockerHost, settings.CortenHost })
        {
            await Command.OutputAsync(["docker", "rm", "-f", Prefix + "-server", Prefix + "-client"], host);
            await Command.OutputAsync(["docker", "network", "rm", Prefix, Prefix + "-other"], host);
            await Command.OutputAsync(["docker", "rmi", Image], host);
        }
    }

    private async Task<double> OnceAsync(string host, string server)
    {
        var output = await Command.OutputAsync(
            ["docker", "exec", Prefix + "-client", "iperf3", "-c", server, "-p", published ? "15201" : "5201", "-n", "4G", "-J"], host);
        using var json = JsonDocument.Parse(output);
        var received = json.RootElement.GetProperty("end").GetProperty("sum_received");
        return received.GetProperty("seconds").GetDouble() * 1000 / (received.GetProperty("bytes").GetDouble() / 1e9);
    }

    /// <summary>iperf3 with the libraries that it is linked to, as a root file system.</summary>
    private static async Task<string> PackAsync(string folder)
    {
        const string Program = "/usr/bin/iperf3";
        if (!File.Exists(Program))
        {
            throw new InvalidOperationException("needs Debian's package iperf3");
        }

        var libraries = (await Command.OutputAsync(["ldd", Program])).Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(word => word[0] == '/');
        var archive = Path.Combine(folder, "iperf3.tar");
        Directory.CreateDirectory(Path.Combine(folder, "root", "tmp"));
        await Command.OutputAsync(["cp", "-L", "--parents", Program, .. libraries, Path.Combine(folder, "root")]);
        await Command.OutputAsync(["tar", "-C", Path.Combine(folder, "root"), "-cf", archive, "."]);
        return archive;
    }
}
