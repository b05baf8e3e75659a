using System.Net;
using System.Net.Sockets;

namespace Corten.Distribution.Transport;

/// <summary>Opens TCP connections, and says in Docker's words why one could not be opened.</summary>
public static class Dialer
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        DialException? first = null;
        foreach (var address in await ResolveAsync(host, timeout.Token))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), timeout.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException problem)
            {
                socket.Dispose();
                first ??= new DialException($"dial tcp {new IPEndPoint(address, port)}: connect: {Words(problem)}", problem);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                socket.Dispose();
                first ??= new DialException($"dial tcp {new IPEndPoint(address, port)}: i/o timeout", null);
                break;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw first ?? new DialException($"dial tcp: lookup {host}: no such host", null);
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal))
        {
            return [literal];
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
            return host == "localhost" ? [.. addresses.OrderByDescending(a => a.AddressFamily == AddressFamily.InterNetworkV6)] : addresses;
        }
        catch (SocketException problem)
        {
            var words = problem.SocketErrorCode switch
            {
                SocketError.HostNotFound or SocketError.NoData => "no such host",
                SocketError.TryAgain => "server misbehaving",
                _ => Words(problem),
            };
            throw new DialException($"dial tcp: lookup {host}{NameServer()}: {words}", problem);
        }
    }

    /// <summary>The name server asked, since that is where the trouble usually is.</summary>
    private static string NameServer()
    {
        const string Path = "/etc/resolv.conf";
        if (!File.Exists(Path))
        {
            return "";
        }

        var line = File.ReadLines(Path).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault(l => l is ["nameserver", _, ..]);
        return line is null || !IPAddress.TryParse(line[1], out var server) ? "" : $" on {new IPEndPoint(server, 53)}";
    }

    private static string Words(SocketException problem) => problem.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostUnreachable => "no route to host",
        SocketError.NetworkUnreachable => "network is unreachable",
        SocketError.TimedOut => "connection timed out",
        SocketError.AddressNotAvailable => "cannot assign requested address",
        SocketError.AccessDenied => "permission denied",
        _ => problem.Message.ToLowerInvariant(),
    };
}

/// <summary>A connection could not be opened; the message is the whole story.</summary>
internal sealed class DialException(string message, Exception? inner) : IOException(message, inner);
