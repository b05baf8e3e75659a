using System.Text;
using Corten.Build.BuildKit.Protocol.Control;
using Corten.Cli.Output;

namespace Corten.Cli.Commands.Builder.Progress;

/// <summary>Progress as lines that stay: each step has a number, and its lines begin with it.</summary>
internal sealed class PlainPrinter(TextWriter output) : IBuildPrinter
{
    private readonly Dictionary<string, Shown> shown = [];
    private readonly FailureLog failures = new();
    private Shown? last;

    public void Show(StatusResponse update)
    {
        failures.Note(update);
        foreach (var vertex in update.Vertexes)
        {
            Begin(vertex);
        }
        foreach (var status in update.Statuses)
        {
            Part(status);
        }
        foreach (var log in update.Logs)
        {
            Output(log);
        }
        foreach (var vertex in update.Vertexes)
        {
            End(vertex);
        }
        output.Flush();
    }

    public void Finish(bool failed)
    {
        foreach (var vertex in shown.Values.Where(v => v.Rest.Length > 0))
        {
            Line(vertex, vertex.Rest.ToString());
        }
        if (failed)
        {
            failures.Print(output);
        }
        failures.PrintWarnings(output);
        output.Flush();
    }

    private void Begin(Vertex vertex)
    {
        if (vertex.Started is null)
        {
            return;
        }
        if (!shown.TryGetValue(vertex.Digest, out var known))
        {
            shown[vertex.Digest] = known = new Shown(shown.Count + 1, vertex.Name);
            if (last is null or { Done: true })
            {
                // One that begins while another writes is named once it has something to say.
                Turn(known);
            }
        }
        known.Started = vertex.Started.ToDateTime();
    }

    private void End(Vertex vertex)
    {
        if (vertex.Completed is null || !shown.TryGetValue(vertex.Digest, out var known) || known.Done)
        {
            return;
        }
        if (known.Rest.Length > 0)
        {
            Line(known, known.Rest.ToString());
            known.Rest.Clear();
        }
        known.Done = true;
        Line(known, vertex.Error.Length > 0 ? vertex.Error.EndsWith("context canceled", StringComparison.Ordinal) ? "CANCELED" : "ERROR: " + vertex.Error
            : vertex.Cached ? "CACHED" : $"DONE {Clock.Rough((vertex.Completed.ToDateTime() - known.Started).TotalSeconds)}");
    }

    /// <summary>Parts are shown when they begin and when they end; how far they are in between is nothing for a log.</summary>
    private void Part(VertexStatus status)
    {
        if (!shown.TryGetValue(status.Vertex, out var known) || known.Done)
        {
            return;
        }
        var ended = status.Completed is not null;
        if ((!ended && last != known) || !known.Parts.Add((status.Id, ended)))
        {
            return;
        }
        var size = status.Total > 0 ? $" {ByteSize.Human(status.Current)} / {ByteSize.Human(status.Total)}" : status.Current > 0 ? $" {ByteSize.Human(status.Current)}" : "";
        var seconds = ended && status.Started is not null ? (status.Completed!.ToDateTime() - status.Started.ToDateTime()).TotalSeconds : 0;
        Line(known, $"{status.Id}{(ended ? size : "")}{(seconds >= 0.05 ? " " + Clock.Rough(seconds) : "")}{(ended ? " done" : "")}");
    }

    private void Output(VertexLog log)
    {
        if (!shown.TryGetValue(log.Vertex, out var known))
        {
            return;
        }
        var seconds = (log.Timestamp.ToDateTime() - known.Started).TotalSeconds;
        foreach (var letter in Encoding.UTF8.GetString(log.Msg.Span))
        {
            if (letter == '\n')
            {
                Line(known, known.Rest.ToString());
                known.Rest.Clear();
                continue;
            }
            if (known.Rest.Length == 0)
            {
                known.Rest.Append(Clock.Exact(seconds)).Append(' ');
            }
            known.Rest.Append(letter);
        }
    }

    private void Line(Shown vertex, string text)
    {
        Turn(vertex);
        output.Write($"#{vertex.Number} {text.TrimEnd('\r')}\n");
    }

    /// <summary>Another step writes now: its name goes above.</summary>
    private void Turn(Shown vertex)
    {
        if (last == vertex)
        {
            return;
        }
        if (last is { Done: false })
        {
            output.Write($"#{last.Number} ...\n");
        }
        if (last is not null)
        {
            output.Write("\n");
        }
        output.Write($"#{vertex.Number} {vertex.Name}\n");
        last = vertex;
    }

    private sealed class Shown(int number, string name)
    {
        public int Number => number;

        public string Name => name;

        public DateTime Started { get; set; }

        public bool Done { get; set; }

        public HashSet<(string, bool)> Parts { get; } = [];

        /// <summary>A line whose end has not come.</summary>
        public StringBuilder Rest { get; } = new();
    }
}
