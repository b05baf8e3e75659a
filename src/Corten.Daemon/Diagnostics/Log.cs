using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Corten.Daemon.Diagnostics;

/// <summary>How much is worth a line, least first.</summary>
internal enum LogLevel
{
    Debug,
    Info,
    Warn,
    Error,
}

/// <summary>The daemon's own log: one line an entry, on standard error, where the service manager takes it.</summary>
internal sealed class Log(TextWriter destination, LogLevel level = LogLevel.Info, LogFormat format = LogFormat.Text)
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

        var detail = Level == LogLevel.Debug ? cause?.ToString() : null;
        var time = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);
        var line = format == LogFormat.Json ? Json(time, Name(level), message, detail) : Text(time, Name(level), message, detail);
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

    private static string Json(string time, string level, string message, string? detail)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            if (detail is not null)
            {
                writer.WriteString("cause", detail);
            }

            writer.WriteString("level", level);
            writer.WriteString("msg", message);
            writer.WriteString("time", time);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static string Text(string time, string level, string message, string? detail)
    {
        var line = new StringBuilder("time=\"").Append(time).Append("\" level=").Append(level).Append(" msg=");
        Quote(line, message);
        if (detail is not null)
        {
            Quote(line.Append(" cause="), detail);
        }

        return line.ToString();
    }

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
