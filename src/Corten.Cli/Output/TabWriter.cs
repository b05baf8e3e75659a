using System.Text;

namespace Corten.Cli.Output;

/// <summary>
/// Aligns text by elastic tabs, as Go's text/tabwriter does: a column is a run of lines that have a tab-terminated cell there, and is as
/// wide as the widest of them plus the padding. What follows the last tab of a line belongs to no column.
/// </summary>
internal sealed class TabWriter(TextWriter output, int minimum = 10, int padding = 3)
{
    private const string Blanks = "                                                                ";

    private readonly List<string[]> lines = [];
    private readonly StringBuilder pending = new();

    public void Write(string text)
    {
        var rest = text.AsSpan();
        while (rest.IndexOf('\n') is >= 0 and var end)
        {
            pending.Append(rest[..end]);
            EndLine();
            rest = rest[(end + 1)..];
        }
        pending.Append(rest);
    }

    public void WriteLine(string text)
    {
        if (pending.Length == 0 && !text.Contains('\n'))
        {
            lines.Add(text.Split('\t'));
            return;
        }
        Write(text);
        EndLine();
    }

    /// <summary>Writes what was collected, aligned, and begins anew.</summary>
    public void Flush()
    {
        var unfinished = pending.Length > 0;
        if (unfinished)
        {
            EndLine();
        }
        var widths = new List<int>();
        Format(0, lines.Count, widths, unfinished);
        lines.Clear();
    }

    private void EndLine()
    {
        lines.Add(pending.ToString().Split('\t'));
        pending.Clear();
    }

    private void Format(int from, int to, List<int> widths, bool unfinished)
    {
        var column = widths.Count;
        var done = from;
        for (var line = from; line < to; line++)
        {
            if (column >= lines[line].Length - 1)
            {
                continue;
            }
            Print(done, line, widths, unfinished);
            var end = line;
            var width = minimum;
            while (end < to && column < lines[end].Length - 1)
            {
                var cell = Ellipsis.Width(lines[end][column]) + padding;
                width = Math.Max(width, cell);
                end++;
            }
            widths.Add(width);
            Format(line, end, widths, unfinished);
            widths.RemoveAt(widths.Count - 1);
            done = end;
            line = end - 1;
        }
        Print(done, to, widths, unfinished);
    }

    private void Print(int from, int to, List<int> widths, bool unfinished)
    {
        for (var line = from; line < to; line++)
        {
            var cells = lines[line];
            for (var i = 0; i < cells.Length; i++)
            {
                output.Write(cells[i]);
                if (i < widths.Count && i < cells.Length - 1)
                {
                    for (var pad = widths[i] - Ellipsis.Width(cells[i]); pad > 0; pad -= Blanks.Length)
                    {
                        output.Write(Blanks.AsSpan(0, Math.Min(pad, Blanks.Length)));
                    }
                }
            }
            if (!(unfinished && line == lines.Count - 1))
            {
                output.Write('\n');
            }
        }
    }
}
