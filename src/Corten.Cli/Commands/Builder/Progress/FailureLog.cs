using System.Text;
using Corten.Build.BuildKit.Protocol.Control;

namespace Corten.Cli.Commands.Builder.Progress;

/// <summary>The last output of each step, to be shown again below everything if it fails, and the build's warnings.</summary>
internal sealed class FailureLog
{
    private const int MaxLines = 20;

    private readonly Dictionary<string, string> names = [];
    private readonly Dictionary<string, DateTime> started = [];
    private readonly Dictionary<string, List<string>> lines = [];
    private readonly List<string> failed = [];
    private readonly List<VertexWarning> warnings = [];

    public void Note(StatusResponse update)
    {
        foreach (var vertex in update.Vertexes)
        {
            names[vertex.Digest] = vertex.Name;
            if (vertex.Started is { } at)
            {
                started[vertex.Digest] = at.ToDateTime();
            }
            if (vertex.Error.Length > 0 && !vertex.Error.EndsWith("context canceled", StringComparison.Ordinal) && !failed.Contains(vertex.Digest))
            {
                failed.Add(vertex.Digest);
            }
        }
        foreach (var log in update.Logs)
        {
            if (!lines.TryGetValue(log.Vertex, out var kept))
            {
                lines[log.Vertex] = kept = [];
            }
            var seconds = started.TryGetValue(log.Vertex, out var begin) ? (log.Timestamp.ToDateTime() - begin).TotalSeconds : 0;
            kept.AddRange(Encoding.UTF8.GetString(log.Msg.Span).TrimEnd('\n').Split('\n').Select(l => $"{Clock.Exact(seconds)} {l.TrimEnd('\r')}"));
            kept.RemoveRange(0, Math.Max(0, kept.Count - MaxLines));
        }
        warnings.AddRange(update.Warnings);
    }

    public void Print(TextWriter errors)
    {
        foreach (var digest in failed)
        {
            errors.Write($"------\n > {names[digest]}:\n");
            foreach (var line in lines.GetValueOrDefault(digest) ?? [])
            {
                errors.Write(line + "\n");
            }
            errors.Write("------\n");
        }
    }

    public void PrintWarnings(TextWriter errors)
    {
        if (warnings.Count == 0)
        {
            return;
        }
        errors.Write($"\n {warnings.Count} warning{(warnings.Count == 1 ? "" : "s")} found:\n");
        foreach (var warning in warnings)
        {
            errors.Write($" - {warning.Short.ToStringUtf8()}\n");
        }
    }
}

/// <summary>Durations as progress shows them.</summary>
internal static class Clock
{
    public static string Rough(double seconds) => seconds.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture) + "s";

    public static string Exact(double seconds) => Math.Max(0, seconds).ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);
}
