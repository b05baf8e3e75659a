using System.Text.Json;
using Corten.Build.BuildKit.Protocol.Control;
using Corten.Cli.Output;
using Google.Protobuf.WellKnownTypes;

namespace Corten.Cli.Commands.Builder.Progress;

/// <summary>Progress for programs: each message as a line of JSON, with the members of BuildKit's SolveStatus.</summary>
internal sealed class RawPrinter(TextWriter output) : IBuildPrinter
{
    public void Show(StatusResponse update)
    {
        output.Write(Json.Compact(json =>
        {
            json.WriteStartObject();
            Array(json, "vertexes", update.Vertexes, Write);
            Array(json, "statuses", update.Statuses, Write);
            Array(json, "logs", update.Logs, Write);
            Array(json, "warnings", update.Warnings, Write);
            json.WriteEndObject();
        }) + "\n");
        output.Flush();
    }

    public void Finish(bool failed)
    {
    }

    private static void Array<T>(Utf8JsonWriter json, string name, IReadOnlyCollection<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count == 0)
        {
            return;
        }
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Vertex vertex)
    {
        json.WriteString("digest", vertex.Digest);
        if (vertex.Inputs.Count > 0)
        {
            json.WriteStartArray("inputs");
            foreach (var input in vertex.Inputs)
            {
                json.WriteStringValue(input);
            }
            json.WriteEndArray();
        }
        Text(json, "name", vertex.Name);
        Time(json, "started", vertex.Started);
        Time(json, "completed", vertex.Completed);
        if (vertex.Cached)
        {
            json.WriteBoolean("cached", true);
        }
        Text(json, "error", vertex.Error);
    }

    private static void Write(Utf8JsonWriter json, VertexStatus status)
    {
        json.WriteString("id", status.Id);
        Text(json, "vertex", status.Vertex);
        Text(json, "name", status.Name);
        if (status.Total != 0)
        {
            json.WriteNumber("total", status.Total);
        }
        json.WriteNumber("current", status.Current);
        Time(json, "timestamp", status.Timestamp);
        Time(json, "started", status.Started);
        Time(json, "completed", status.Completed);
    }

    private static void Write(Utf8JsonWriter json, VertexLog log)
    {
        Text(json, "vertex", log.Vertex);
        if (log.Stream != 0)
        {
            json.WriteNumber("stream", log.Stream);
        }
        json.WriteBase64String("data", log.Msg.Span);
        Time(json, "timestamp", log.Timestamp);
    }

    private static void Write(Utf8JsonWriter json, VertexWarning warning)
    {
        Text(json, "vertex", warning.Vertex);
        json.WriteNumber("level", warning.Level);
        json.WriteBase64String("short", warning.Short.Span);
        Text(json, "url", warning.Url);
        if (warning.Info is { } source)
        {
            json.WriteStartObject("sourceInfo");
            Text(json, "filename", source.Filename);
            json.WriteBase64String("data", source.Data.Span);
            json.WriteEndObject();
        }
        Array(json, "range", warning.Ranges, static (w, range) =>
        {
            w.WriteStartObject("start");
            w.WriteNumber("line", range.Start?.Line ?? 0);
            w.WriteEndObject();
            w.WriteStartObject("end");
            w.WriteNumber("line", range.End?.Line ?? 0);
            w.WriteEndObject();
        });
    }

    private static void Text(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static void Time(Utf8JsonWriter json, string name, Timestamp? time)
    {
        if (time is not null)
        {
            json.WriteString(name, time.ToDateTime());
        }
    }
}
