using Corten.Runtime.Monitoring;
using Corten.Supervision.Monitor;

namespace Corten.Runtime.Logs;

/// <summary>Where a container's output is kept. Called by the monitor's one thread.</summary>
internal interface IContainerLog : IDisposable
{
    /// <summary>Output as it came: any bytes, cut anywhere.</summary>
    void Write(OutputStream stream, ReadOnlySpan<byte> data);

    /// <summary>The stream has ended; an unfinished line is complete now.</summary>
    void End(OutputStream stream);
}

/// <summary>The log for a <see cref="LogTarget"/>.</summary>
internal static class ContainerLogs
{
    public static IContainerLog Open(LogTarget target, string containerId, Action<string> rotated) => target.Driver switch
    {
        "none" => new NoLog(),
        "json-file" or "local" => new JsonFileLog(target, rotated),
        "journald" => new TeeLog(new JournaldLog(target, containerId), LocalCopy(target, rotated)),
        "syslog" => new TeeLog(new SyslogLog(target, containerId), LocalCopy(target, rotated)),
        var other => throw Oci.Errors.CortenException.Invalid($"logger: no log driver named '{other}' is registered"),
    };

    /// <summary>What <c>logs</c> reads when the driver's own store can't be read.</summary>
    private static IContainerLog LocalCopy(LogTarget target, Action<string> rotated) => target.Path is null ? new NoLog() : new JsonFileLog(target, rotated);
}

/// <summary>Keeps nothing.</summary>
internal sealed class NoLog : IContainerLog
{
    public void Write(OutputStream stream, ReadOnlySpan<byte> data) { }

    public void End(OutputStream stream) { }

    public void Dispose() { }
}

/// <summary>Both.</summary>
internal sealed class TeeLog(IContainerLog first, IContainerLog second) : IContainerLog
{
    public void Write(OutputStream stream, ReadOnlySpan<byte> data)
    {
        first.Write(stream, data);
        second.Write(stream, data);
    }

    public void End(OutputStream stream)
    {
        first.End(stream);
        second.End(stream);
    }

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }
}
