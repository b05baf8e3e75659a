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
    private static readonly string[] Facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "security", "console", "solaris-cron",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

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
        _facility = FacilityOf(options.GetValueOrDefault("syslog-facility") ?? "daemon");
        string address = options.GetValueOrDefault("syslog-address") ?? "unixgram:///dev/log";
        _queue = new MessageQueue(Connect(address, out _stream), "syslog", ContainerLogs.NonBlocking(target));
        queued(_queue);
    }

    public void Write(OutputStream stream, ReadOnlySpan<byte> data) => Splitter(stream).Write(data, (line, _) => Send(stream, line));

    public void End(OutputStream stream) => Splitter(stream).End((line, _) => Send(stream, line));

    public bool IsBlocked => _queue.IsBlocked;

    public void Dispose() => _queue.Dispose();

    internal static int FacilityOf(string text)
    {
        int index = Array.IndexOf(Facilities, text);
        if (index < 0 && (!int.TryParse(text, out index) || index < 0 || index >= Facilities.Length)) throw CortenException.Invalid("invalid syslog facility");
        return index;
    }

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

    private static DatagramSocket Connect(string address, out bool stream)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri)) throw CortenException.Invalid($"syslog-address should be in form proto://address, got {address}");
        stream = uri.Scheme is "tcp" or "unix";
        switch (uri.Scheme)
        {
            case "unixgram": return DatagramSocket.Connect(uri.AbsolutePath);
            case "unix": return DatagramSocket.ConnectStream(uri.AbsolutePath);
            case "udp" or "tcp":
                // The monitor resolves no names: the daemon hands over an address.
                if (!IPAddress.TryParse(uri.Host.Trim('[', ']'), out IPAddress? host)) throw CortenException.Invalid($"syslog-address {address}: the host must be an address here");
                return DatagramSocket.Connect(new IPEndPoint(host, uri.Port > 0 ? uri.Port : 514), stream);
            default: throw CortenException.Invalid($"unsupported scheme: '{uri.Scheme}' for syslog-address");
        }
    }
}
