using System.Text;
using Corten.Build.BuildKit.Protocol.Control;
using Corten.Cli.Output;

namespace Corten.Cli.Commands.Builder.Progress;

/// <summary>Progress on a terminal: a board of the steps that is painted over itself, with the last output of those that run.</summary>
internal sealed class BoardPrinter(TextWriter terminal, Func<(int Columns, int Rows)> size) : IBuildPrinter
{
    private const int OutputLines = 6;

    private readonly List<Row> rows = [];
    private readonly Dictionary<string, Row> known = [];
    private readonly FailureLog failures = new();
    private readonly DateTime begun = DateTime.UtcNow;
    private DateTime painted;
    private int lines;

    public void Show(StatusResponse update)
    {
        failures.Note(update);
        foreach (var vertex in update.Vertexes)
        {
            Take(vertex);
        }
        foreach (var status in update.Statuses)
        {
            if (known.TryGetValue(status.Vertex, out var row))
            {
                row.Parts[status.Id] = status;
            }
        }
        foreach (var log in update.Logs)
        {
            if (known.TryGetValue(log.Vertex, out var row))
            {
                row.Write(Encoding.UTF8.GetString(log.Msg.Span));
            }
        }
        // More than ten times a second is flicker.
        if (DateTime.UtcNow - painted > TimeSpan.FromMilliseconds(100))
        {
            Paint(done: false);
        }
    }

    public void Tick() => Paint(done: false);

    public void Finish(bool failed)
    {
        Paint(done: true);
        if (failed)
        {
            failures.Print(terminal);
        }
        failures.PrintWarnings(terminal);
        terminal.Flush();
    }

    private void Take(Vertex vertex)
    {
        if (!known.TryGetValue(vertex.Digest, out var row))
        {
            if (vertex.Started is null)
            {
                return;
            }
            known[vertex.Digest] = row = new Row(vertex.Name);
            rows.Add(row);
        }
        row.Started = vertex.Started?.ToDateTime() ?? row.Started;
        row.Completed = vertex.Completed?.ToDateTime();
        (row.Cached, row.Error) = (vertex.Cached, vertex.Error);
    }

    private void Paint(bool done)
    {
        painted = DateTime.UtcNow;
        var (columns, height) = size();
        var board = Lines(done, columns);
        // The newest matter most; what is done has scrolled by in the last picture.
        var first = done ? 0 : Math.Max(0, board.Count - Math.Max(4, height - 2));
        var text = new StringBuilder(lines > 0 ? $"\u001b[{lines}A" : "");
        var finished = rows.Count(r => r.Completed is not null);
        text.Append($"\u001b[2K[+] Building {Clock.Rough((painted - begun).TotalSeconds)} ({finished}/{rows.Count}){(done ? " FINISHED" : "")}\n");
        for (var i = first; i < board.Count; i++)
        {
            text.Append("\u001b[2K").Append(board[i]).Append('\n');
        }
        text.Append("\u001b[J");
        lines = 1 + board.Count - first;
        terminal.Write(text.ToString());
        terminal.Flush();
    }

    private List<string> Lines(bool done, int columns)
    {
        var board = new List<string>();
        foreach (var row in rows)
        {
            var mark = row.Error.Length > 0 ? " => ERROR " : row.Cached ? " => CACHED " : " => ";
            board.Add(Between(mark + row.Name, Clock.Rough(((row.Completed ?? painted) - row.Started).TotalSeconds), columns));
            foreach (var part in row.Parts.Values.Where(_ => row.Completed is null || !row.Cached))
            {
                var bytes = part.Total > 0 ? $" {ByteSize.Human(part.Current)} / {ByteSize.Human(part.Total)}" : part.Current > 0 ? $" {ByteSize.Human(part.Current)}" : "";
                var seconds = part.Started is null ? 0 : ((part.Completed?.ToDateTime() ?? painted) - part.Started.ToDateTime()).TotalSeconds;
                board.Add(Between(" => => " + part.Id + bytes, Clock.Rough(Math.Max(0, seconds)), columns));
            }
            if (!done && row.Completed is null)
            {
                board.AddRange(row.Last.Select(l => Cut(" => => # " + l, columns)));
            }
        }
        return board;
    }

    private static string Between(string left, string right, int columns)
    {
        var room = Math.Max(10, columns - right.Length - 2);
        return Cut(left, room).PadRight(room) + " " + right;
    }

    private static string Cut(string text, int columns) => text.Length <= columns ? text : text[..columns];

    private sealed class Row(string name)
    {
        private readonly List<string> last = [""];

        public string Name => name;

        public DateTime Started { get; set; }

        public DateTime? Completed { get; set; }

        public bool Cached { get; set; }

        public string Error { get; set; } = "";

        public SortedDictionary<string, VertexStatus> Parts { get; } = new(StringComparer.Ordinal);

        public IEnumerable<string> Last => last.Where(l => l.Length > 0).TakeLast(OutputLines);

        public void Write(string text)
        {
            foreach (var letter in text)
            {
                switch (letter)
                {
                    case '\n':
                        last.Add("");
                        last.RemoveRange(0, Math.Max(0, last.Count - OutputLines - 1));
                        break;
                    case '\r':
                        last[^1] = "";
                        break;
                    case >= ' ':
                        last[^1] += letter;
                        break;
                }
            }
        }
    }
}
