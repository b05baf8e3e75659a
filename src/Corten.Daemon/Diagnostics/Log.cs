using System.Globalization;
using System.Text;

namespace Corten.Daemon.Diagnostics;

/// <summary>How much is worth a line, least first.</summary>
internal enum LogLevel
{
    Debug,
    Info,
    Warn,
    Error,
}

/// <summary>The daemon's own log: one line an entry, <c>time="…" level=info msg="…"</c>, on standard error, where the service manager takes it.</summary>
internal sealed class Log(TextWriter destination, LogLevel level = LogLevel.Info)
{
    private readonly Lock _lock = new();

    /// <summary>Changed by a reload of the configuration.</summary>
    public LogLevel Level { get; set; } = level;

    public void Debug(string message) => Write(LogLevel.Debug, message, null);

    public void Info(string message) => Write(LogLevel.Info, message, null);

    public void Warn(string message) => Write(LogLevel.Warn, message, null);

    /// <param name="cause">Its type and stack are added when debugging.</param>
    public void Error(string message, Exception? cause = null) => Write(LogLevel.Error, message, cause);

    private void Write(LogLevel level, string message, Exception? cause)
    {
        if (level < Level)
        {
            return;
        }

        var line = new StringBuilder("time=\"")
            .Append(DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture))
            .Append("\" level=").Append(Name(level)).Append(" msg=");
        Quote(line, message);
        if (cause is not null && Level == LogLevel.Debug)
        {
            Quote(line.Append(" cause="), cause.ToString());
        }

        lock (_lock)
        {
            destination.WriteLine(line);
            destination.Flush();
        }
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Debug => "debug",
        LogLevel.Info => "info",
        LogLevel.Warn => "warning",
        _ => "error",
    };

    private static void Quote(StringBuilder line, string text)
    {
        line.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => line.Append('\\').Append(c),
                '\n' => line.Append("\\n"),
                < ' ' => line.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => line.Append(c),
            };
        }

        line.Append('"');
    }
}
