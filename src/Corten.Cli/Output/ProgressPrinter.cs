using System.Globalization;
using System.Text.Json;
using Corten.Cli.Shell;
using Corten.Client;
using Corten.EngineApi.Streams;

namespace Corten.Cli.Output;

/// <summary>
/// Prints a progress stream: on a terminal one line for each layer, redrawn as it moves on; elsewhere a line for each step and no bars.
/// </summary>
internal sealed class ProgressPrinter(TextWriter output, bool terminal, int width = 80)
{
    private const int WideEnoughForBar = 110;

    private readonly Dictionary<string, int> lines = [];

    /// <param name="source">The engine's answer.</param>
    /// <param name="aux">Gets the objects that the operation adds, such as an image's ID.</param>
    /// <exception cref="CommandException">The engine reported a failure in the stream.</exception>
    public void Run(Stream source, Action<JsonElement>? aux = null)
    {
        var messages = new JsonLines(source);
        while (messages.Next() is { } message)
        {
            if (message.Get("aux") is { ValueKind: not JsonValueKind.Undefined } extra)
            {
                aux?.Invoke(extra);
                continue;
            }
            Throw(message);
            Show(message);
            if (terminal)
            {
                output.Flush();
            }
        }
        output.Flush();
    }

    private void Throw(JsonElement message)
    {
        var failure = message.Get("errorDetail").Text("message") is { Length: > 0 } detail ? detail : message.Text("error");
        if (failure.Length == 0)
        {
            return;
        }
        output.Flush();
        var code = (int)message.Get("errorDetail").Int("code");
        throw new CommandException(code == 401 ? "authentication is required" : failure, code is > 0 and < 256 ? code : 1);
    }

    private void Show(JsonElement message)
    {
        var id = message.Text("id");
        var detail = message.Get("progressDetail");
        var moves = detail.ValueKind == JsonValueKind.Object;
        if (id.Length == 0 || !moves)
        {
            lines.Clear();
            Line(message, detail, moves);
            return;
        }
        if (!lines.TryGetValue(id, out var line))
        {
            line = lines.Count;
            lines[id] = line;
            output.Write(terminal ? "\n" : "");
        }
        var up = (lines.Count - line).ToString(CultureInfo.InvariantCulture);
        output.Write(terminal ? $"\u001b[{up}A" : "");
        Line(message, detail, moves);
        output.Write(terminal ? $"\u001b[{up}B" : "");
    }

    private void Line(JsonElement message, JsonElement detail, bool moves)
    {
        var (id, stream, status) = (message.Text("id"), message.Text("stream"), message.Text("status"));
        var bar = moves ? Bar(detail) : "";
        var redraws = terminal && stream.Length == 0 && moves;
        if (!redraws && bar.Length > 0)
        {
            return;
        }
        output.Write(redraws ? "\u001b[2K\r" : "");
        output.Write(id.Length > 0 ? id + ": " : "");
        output.Write(message.Text("from") is { Length: > 0 } from ? $"(from {from}) " : "");
        output.Write(redraws ? $"{status} {bar}\r" : stream.Length > 0 ? stream : status + "\n");
    }

    private string Bar(JsonElement detail)
    {
        var bar = ProgressBar.Render(new ProgressDetail
        {
            Current = detail.Int("current"),
            Total = detail.Int("total"),
            HideCounts = detail.Flag("hidecounts"),
            Units = detail.Text("units") is { Length: > 0 } units ? units : null,
        });
        var close = bar.IndexOf(']');
        return terminal && width <= WideEnoughForBar && close > 0 ? bar[(close + 1)..].TrimStart(' ').PadLeft(bar.Length - close - 2) : bar;
    }
}
