using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Corten.Linux.Net;

namespace Corten.Bench.Rows;

/// <summary>
/// One lookup of another container's name at 127.0.0.11, in microseconds: a datagram from a socket in the container's network namespace, and its answer.
/// A measurement is the median of many.
/// </summary>
public sealed class LookupRow : IRow
{
    private const string Prefix = "corten-bench-lookup";
    private const int Lookups = 200;
    private readonly List<IDisposable> _open = [];

    public string Name => "name lookup (microseconds)";

    public async Task<IReadOnlyList<Way>> PrepareAsync(Settings settings, CancellationToken cancel)
    {
        var ways = new List<Way>();
        var namespaces = new NamespaceThread();
        _open.Add(namespaces);
        foreach (var (name, host) in new[] { ("Docker Engine", settings.DockerHost), ("cortend", settings.CortenHost) })
        {
            await Command.OutputAsync(["docker", "network", "create", Prefix], host);
            foreach (var container in new[] { "asker", "asked" })
            {
                await Command.OutputAsync(["docker", "run", "-d", "--name", $"{Prefix}-{container}", "--network", Prefix, "busybox", "sleep", "600"], host);
            }

            var pid = await Command.OutputAsync(["docker", "inspect", "-f", "{{.State.Pid}}", $"{Prefix}-asker"], host);
            using var inside = NetworkNamespace.Open($"/proc/{pid}/ns/net");
            var socket = namespaces.Run(inside, () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
            _open.Add(socket);
            socket.Connect(IPAddress.Parse("127.0.0.11"), 53);
            socket.ReceiveTimeout = 2000;
            ways.Add(new(name, () => Task.FromResult(Median(socket))));
        }

        return ways;
    }

    public async Task CleanAsync(Settings settings)
    {
        _open.ForEach(o => o.Dispose());
        _open.Clear();
        foreach (var host in new[] { settings.DockerHost, settings.CortenHost })
        {
            await Command.OutputAsync(["docker", "rm", "-f", $"{Prefix}-asker", $"{Prefix}-asked"], host);
            await Command.OutputAsync(["docker", "network", "rm", Prefix], host);
        }
    }

    private static double Median(Socket socket)
    {
        var query = Query($"{Prefix}-asked");
        var answer = new byte[512];
        var times = new double[Lookups];
        for (var i = 0; i < Lookups; i++)
        {
            query[1] = (byte)i;
            var started = Stopwatch.GetTimestamp();
            socket.Send(query);
            var length = socket.Receive(answer);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            if (length < 12 || answer[7] != 1)
            {
                throw new InvalidOperationException("the name is not answered");
            }
        }

        Array.Sort(times);
        return times[Lookups / 2];
    }

    /// <summary>A standard query for an A record (RFC 1035, 4.1).</summary>
    private static byte[] Query(string name) => [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), 0, 0, 1, 0, 1];
}
