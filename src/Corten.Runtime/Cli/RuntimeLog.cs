using System.Globalization;
using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Cli;

/// <summary>The file of <c>--log</c>, which engines read for the reason of a failure: lines of text, or of JSON with level, msg and time.</summary>
internal sealed class RuntimeLog(string? path, string format, string level)
{
    private static readonly string[] Levels = ["panic", "fatal", "error", "warning", "info", "debug", "trace"];

    private readonly int _most = Array.IndexOf(Levels, level == "warn" ? "warning" : level) is var at and >= 0 ? at : throw CortenException.Invalid($"invalid log level {level}");

    public string Format { get; } = format is "text" or "json" ? format : throw CortenException.Invalid($"invalid log format {format}: must be text or json");

    public void Error(string message)
    {
        Write("error", message);
        Output.Error($"corten-runtime: {message}");
    }

    public void Warn(string message) => Write("warning", message);

    public void Debug(string message) => Write("debug", message);

    private void Write(string wordLevel, string message)
    {
        if (string.IsNullOrEmpty(path) || Array.IndexOf(Levels, wordLevel) > _most) return;
        string time = DateTimeOffset.Now.ToString("yyyy-MM-ddTHH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture);
        string line = Format == "json"
            ? $"{{\"level\":{JsonText.Quote(wordLevel)},\"msg\":{JsonText.Quote(message)},\"time\":{JsonText.Quote(time)}}}\n"
            : $"time={JsonText.Quote(time)} level={wordLevel} msg={JsonText.Quote(message)}\n";
        try
        {
            using SafeFileHandle file = AppendFile.Open(path, out _);
            Descriptor.WriteAll(file.Number(), Encoding.UTF8.GetBytes(line));
        }
        catch (LinuxException e)
        {
            Output.Error($"corten-runtime: {path}: {e.Message}");
        }
    }
}
