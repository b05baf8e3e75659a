using System.Text;
using System.Text.Json;
using Corten.Build.BuildKit.Protocol;
using Corten.Build.BuildKit.Protocol.Control;
using Corten.Cli.Commands.Builder.Progress;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client.Grpc;
using Corten.Linux.Terminals;
using Corten.Oci.Image;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace Corten.Cli.Commands.Builder.Kit;

/// <summary>A build over the engine's build service: asks for it, follows it, and puts down what came of it.</summary>
internal static class KitBuild
{
    private const string Service = "/moby.buildkit.v1.Control/";

    public static int Run(Invocation call)
    {
        var inputs = BuildInputs.Of(call);
        var caches = BuildCaches.Of(call);
        var outputs = BuildOutput.Of(call);
        var attributes = BuildAttributes.Of(call);
        foreach (var (name, value) in inputs.Attributes)
        {
            attributes[name] = value;
        }
        using var engine = EngineConnection.Open(call, inputs, caches, outputs);
        if (Question.Of(call) is { } question)
        {
            return question.Ask(call, engine, attributes);
        }
        var request = new SolveRequest
        {
            Ref = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(13))[..25], Session = engine.SessionId, Frontend = "dockerfile.v0",
            FrontendAttrs = { attributes }, Cache = caches.Options, Entitlements = { BuildAttributes.Entitlements(call) },
            Exporters = { outputs.Select(o => new Exporter { Type = o.Type, Attrs = { o.Attributes } }) },
        };
        // What an older engine reads.
        (request.ExporterDeprecated, var first) = (outputs[0].Type, outputs[0].Attributes);
        request.ExporterAttrsDeprecated.Add(first);
        var response = Solve(call, engine, request);
        Finish(call, request, response, caches, outputs);
        return 0;
    }

    private static MapField<string, string> Solve(Invocation call, EngineConnection engine, SolveRequest request)
    {
        var printer = PrinterFor(call);
        using var watcher = new StatusWatcher(engine.Control, request.Ref, printer);
        try
        {
            var response = SolveResponse.Parser.ParseFrom(GrpcCall.Unary(engine.Control, Service + "Solve", request.ToByteArray()));
            watcher.Finish(failed: false);
            return response.ExporterResponse;
        }
        catch (GrpcException e)
        {
            watcher.Finish(failed: true);
            call.Session.Flush();
            throw new CommandException(Excerpts(e.Details) + "ERROR: failed to build: failed to solve: " + e.Message);
        }
    }

    private static IBuildPrinter PrinterFor(Invocation call)
    {
        var kind = call.Flag("quiet") ? "quiet" : call.Text("progress") is { Length: > 0 } given and not "auto" ? given
            : Environment.GetEnvironmentVariable("BUILDKIT_PROGRESS") is { Length: > 0 } variable ? variable : "auto";
        var terminal = TerminalMode.IsTerminal(2);
        return kind switch
        {
            "quiet" or "none" => new QuietPrinter(call.Err),
            "rawjson" => new RawPrinter(call.Err),
            "plain" => new PlainPrinter(call.Err),
            "tty" when !terminal => throw new CommandException("failed to get console: provided file is not a console"),
            "auto" or "tty" => terminal && call.Session.ErrBytes is StandardOutput ? new BoardPrinter(call.Err, SizeOfTerminal) : new PlainPrinter(call.Err),
            _ => throw new CommandException($"invalid progress mode {kind}"),
        };
    }

    private static (int, int) SizeOfTerminal() => TerminalSize.Of(2) is { Columns: > 0, Rows: > 0 } size ? (size.Columns, size.Rows) : (80, 24);

    private static void Finish(Invocation call, SolveRequest request, MapField<string, string> response, BuildCaches caches, IReadOnlyList<BuildOutput> outputs)
    {
        caches.Finish(Value(response, "cache.manifest"));
        var image = Value(response, "containerimage.config.digest") is { Length: > 0 } config ? config : Value(response, "containerimage.digest");
        foreach (var layout in outputs.Where(o => o.IsLayout))
        {
            var target = JsonSerializer.Deserialize(Convert.FromBase64String(Value(response, "containerimage.descriptor")), ImageJson.Default.Descriptor)!;
            var names = Value(response, "image.name").Split(',', StringSplitOptions.RemoveEmptyEntries);
            foreach (var name in names.DefaultIfEmpty(""))
            {
                var reference = name.Length > 0 ? ImageReference.Parse(name).WithDefaultTag() : null;
                LayoutIndex.Put(layout.Folder!, target, reference?.Tag ?? "latest", reference?.ToString());
            }
        }
        if (call.Has("iidfile"))
        {
            File.WriteAllText(call.Text("iidfile"), image);
        }
        if (call.Has("metadata-file"))
        {
            File.WriteAllText(call.Text("metadata-file"), Metadata(request, response));
        }
        if (call.Flag("explain"))
        {
            Explanations.Print(call.Session.OutBytes is StandardOutput && outputs.Any(o => o.File == "-") ? call.Err : call.Out, Value(response, "corten.explain"));
        }
        if ((call.Flag("quiet") || call.Text("progress") == "quiet") && image.Length > 0)
        {
            call.Out.Write(image + "\n");
        }
    }

    private static string Value(MapField<string, string> response, string name) => response.TryGetValue(name, out var value) ? value : "";

    /// <summary>What the engine answered, sorted; values that are JSON in base64 become JSON.</summary>
    private static string Metadata(SolveRequest request, MapField<string, string> response)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Json.WriterOptions with { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("buildx.build.ref", $"default/default/{request.Ref}");
            foreach (var (name, value) in response.Where(r => r.Key is not ("corten.explain" or "cache.manifest")).OrderBy(r => r.Key, StringComparer.Ordinal))
            {
                json.WritePropertyName(name);
                if (!WriteDocument(json, value))
                {
                    json.WriteStringValue(value);
                }
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static bool WriteDocument(Utf8JsonWriter json, string value)
    {
        var bytes = new byte[value.Length];
        if (value.Length == 0 || !Convert.TryFromBase64String(value, bytes, out var length) || length == 0 || bytes[0] != (byte)'{')
        {
            return false;
        }
        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(0, length));
            document.WriteTo(json);
            return true;
        }
        catch (JsonException)
        {
            // It only looked like a document.
            return false;
        }
    }

    /// <summary>The lines of the Dockerfile that a failure points at, as its details have them.</summary>
    private static string Excerpts(byte[]? details)
    {
        if (details is null)
        {
            return "";
        }
        var text = new StringBuilder();
        foreach (var detail in Status.Parser.ParseFrom(details).Details.Where(d => d.TypeUrl.EndsWith("errdefs.Source+json", StringComparison.Ordinal)))
        {
            using var source = JsonDocument.Parse(detail.Value.Memory);
            var lines = Encoding.UTF8.GetString(source.RootElement.Get("info", "data").GetBytesFromBase64()).Split('\n');
            var ranges = source.RootElement.Items("ranges").Select(r => (Start: (int)r.Get("start").Int("line"), End: (int)r.Get("end").Int("line"))).ToList();
            if (ranges.Count > 0)
            {
                SourceLines.Append(text, source.RootElement.Get("info").Text("filename"), lines, ranges[0].Start, ranges[0].End);
            }
        }
        return text.ToString();
    }
}
