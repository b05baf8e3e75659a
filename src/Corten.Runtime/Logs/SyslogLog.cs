using System.Globalization;
using System.Net;
using System.Text;
using Corten.Linux;
using Corten.Linux.Sockets;
using Corten.Oci.Errors;
using Corten.Runtime.Monitoring;
using Corten.Supervision.Monitor;

namespace Corten.Runtime.Logs;

/// <summary>syslog, local or remote: <c>syslog-address</c>, <c>syslog-facility</c>, <c>syslog-format</c> (none for local, rfc3164, rfc5424, rfc5424micro), <c>tag</c>.</summary>
internal sealed class SyslogLog : IContainerLog
{
    /// <summary>RFC 5426, 3.3.</summary>
    private const int DefaultPort = 514;

    private readonly MessageQueue _queue;
    private readonly string _format;
    private readonly string _tag;
    private readonly int _facility;
    private readonly bool _stream;
    private readonly LineSplitter _stdout = new();
    private readonly LineSplitter _stderr = new();

    public SyslogLog(LogTarget target, string containerId, Action<IMonitorSource> queued)
    {
        var options = target.Options ?? new Dictionary<string, string>();
        _format = options.GetValueOrDefault("syslog-format") ?? "";
        _tag = options.GetValueOrDefault("tag") ?? (containerId.Length > 12 ? containerId[..12] : containerId);
        // Checked when the container was created.
        _ = SyslogFacility.TryParse(options.GetValueOrDefault("syslog-facility") ?? "daemon", out _facility);
        _queue = new MessageQueue(Connect(options.GetValueOrDefault("syslog-address"), out _stream), "syslog", ContainerLogs.NonBlocking(target));
        queued(_queue);
    }

    public void Write(OutputStream stream, ReadOnlySpan<byte> data) => Splitter(stream).Write(data, (line, _) => Send(stream, line));

    public void End(OutputStream stream) => Splitter(stream).End((line, _) => Send(stream, line));

    public bool IsBlocked => _queue.IsBlocked;

    public void Dispose() => _queue.Dispose();

    /// <summary>RFC 3164's or RFC 5424's head, then the line. stdout is informational (6), stderr an error (3).</summary>
    internal static byte[] Format(string format, int facility, OutputStream stream, string tag, DateTimeOffset time, string host, int pid, ReadOnlySpan<byte> line)
    {
        int priority = (facility * 8) + (stream == OutputStream.Stdout ? 6 : 3);
        string head = format switch
        {
            "rfc5424" => string.Create(CultureInfo.InvariantCulture, $"<{priority}>1 {time:yyyy-MM-ddTHH:mm:sszzz} {host} {tag} {pid} {tag} - "),
            "rfc5424micro" => string.Create(CultureInfo.InvariantCulture, $"<{priority}>1 {time:yyyy-MM-ddTHH:mm:ss.ffffffzzz} {host} {tag} {pid} {tag} - "),
            "rfc3164" => string.Create(CultureInfo.InvariantCulture, $"<{priority}>{time:MMM} {time.Day,2} {time:HH:mm:ss} {host} {tag}[{pid}]: "),
            _ => string.Create(CultureInfo.InvariantCulture, $"<{priority}>{time:MMM} {time.Day,2} {time:HH:mm:ss} {tag}[{pid}]: "),
        };
        return [.. Encoding.UTF8.GetBytes(head), .. line];
    }

    private LineSplitter Splitter(OutputStream stream) => stream == OutputStream.Stdout ? _stdout : _stderr;

    private void Send(OutputStream stream, ReadOnlySpan<byte> line)
    {
        byte[] message = Format(_format, _facility, stream, _tag, DateTimeOffset.Now, Environment.MachineName, Environment.ProcessId, line);
        // On a stream a newline ends the message (RFC 6587, 3.4.2).
        _queue.Send(_stream ? [.. message, (byte)'\n'] : message);
    }

    private static DatagramSocket Connect(string? address, out bool stream)
    {
        stream = false;
        if (address is null) return ConnectLocal(out stream);
        var uri = new Uri(address);
        stream = uri.Scheme is "tcp" or "unix";
        string target = uri.Scheme is "unix" or "unixgram" ? uri.AbsolutePath : $"{uri.Host}:{(uri.Port > 0 ? uri.Port : DefaultPort)}";
        try
        {
            return uri.Scheme switch
            {
                "unixgram" => DatagramSocket.Connect(uri.AbsolutePath),
                "unix" => DatagramSocket.ConnectStream(uri.AbsolutePath),
                // The daemon has resolved the host: a monitor looks no names up.
                _ => DatagramSocket.Connect(new IPEndPoint(IPAddress.Parse(uri.Host.Trim('[', ']')), uri.Port > 0 ? uri.Port : DefaultPort), stream),
            };
        }
        catch (LinuxException e)
        {
            throw new StepException("log", e.Errno, $"dial {uri.Scheme} {target}: connect: {LinuxException.Describe(e.Errno)}", e);
        }
    }

    /// <summary>Where syslogd listens on this machine, as syslog(3) and the BSDs have it.</summary>
    private static DatagramSocket ConnectLocal(out bool stream)
    {
        foreach (string path in (ReadOnlySpan<string>)["/dev/log", "/var/run/syslog", "/var/run/log"])
        {
            foreach (bool connected in (ReadOnlySpan<bool>)[false, true])
            {
                try
                {
                    stream = connected;
                    return connected ? DatagramSocket.ConnectStream(path) : DatagramSocket.Connect(path);
                }
                catch (LinuxException)
                {
                    // The next place; when it was the last, there is no syslogd.
                }
            }
        }
        throw new StepException("log", Errno.ENOENT, "Unix syslog delivery error");
    }
}
