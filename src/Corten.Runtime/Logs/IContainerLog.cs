using Corten.Runtime.Monitoring;
using Corten.Supervision.Monitor;

namespace Corten.Runtime.Logs;

/// <summary>Where a container's output is kept. Called by the monitor's one thread.</summary>
internal interface IContainerLog : IDisposable
{
    /// <summary>The container's output is not to be read for now.</summary>
    bool IsBlocked { get; }

    /// <summary>Output as it came: any bytes, cut anywhere.</summary>
    void Write(OutputStream stream, ReadOnlySpan<byte> data);

    /// <summary>The stream has ended; an unfinished line is complete now.</summary>
    void End(OutputStream stream);
}

/// <summary>The log for a <see cref="LogTarget"/>.</summary>
internal static class ContainerLogs
{
    /// <param name="target">What the daemon wants.</param>
    /// <param name="containerId">Whose log it is.</param>
    /// <param name="rotated">Told the path of a log file that is complete.</param>
    /// <param name="queued">Given what the monitor's loop has to wait for, so that messages go out.</param>
    public static IContainerLog Open(LogTarget target, string containerId, Action<string> rotated, Action<IMonitorSource> queued) => target.Driver switch
    {
        "none" => new NoLog(),
        "json-file" => new FileLog(target, new JsonRecord(target.Attributes), rotated),
        "local" => Local(target, rotated),
        "journald" => new TeeLog(new JournaldLog(target, containerId, queued), LocalCopy(target, rotated)),
        "syslog" => new TeeLog(new SyslogLog(target, containerId, queued), LocalCopy(target, rotated)),
        var other => throw Oci.Errors.CortenException.Invalid($"logger: no log driver named '{other}' is registered"),
    };

    /// <summary>What <c>logs</c> reads when the driver's own store can't be read.</summary>
    private static IContainerLog LocalCopy(LogTarget target, Action<string> rotated) => target.Path is null ? new NoLog() : Local(target, rotated);

    private static FileLog Local(LogTarget target, Action<string> rotated)
    {
        if (target.Path is { } path)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            LocalLogRepair.Run(path);
        }
        return new FileLog(target, new LocalRecord(), rotated);
    }

    /// <summary>The bytes that <c>mode=non-blocking</c> keeps, as the daemon checked them; null in blocking mode.</summary>
    internal static long? NonBlocking(LogTarget target)
        => target.Options?.GetValueOrDefault("mode") == "non-blocking" ? target.BufferSize : null;
}

/// <summary>Keeps nothing.</summary>
internal sealed class NoLog : IContainerLog
{
    public bool IsBlocked => false;

    public void Write(OutputStream stream, ReadOnlySpan<byte> data) { }

    public void End(OutputStream stream) { }

    public void Dispose() { }
}

/// <summary>Both.</summary>
internal sealed class TeeLog(IContainerLog first, IContainerLog second) : IContainerLog
{
    public bool IsBlocked => first.IsBlocked || second.IsBlocked;

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
