using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Corten.Build.BuildKit.Protocol.Gateway;
using Corten.Build.Contexts;
using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Dockerfile.Syntax;
using Corten.Build.Solving;
using Corten.Oci.Errors;
using Google.Protobuf;

namespace Corten.Build.BuildKit;

/// <summary>Questions about a Dockerfile that build nothing: <c>--check</c>, <c>--call=targets</c>, <c>--call=outline</c>.</summary>
internal sealed class Subrequests(BuildService builds)
{
    public async Task<Result> AnswerAsync(string request, FrontendOptions options, IBuildClient client, IBuildProgress progress, CancellationToken cancellation)
    {
        var plan = options.Plan(options.Platforms?[0], multiPlatform: false, []);
        switch (request)
        {
            case "frontend.lint":
                var outcome = await builds.CheckAsync(plan, client, progress, cancellation);
                var findings = outcome.Checks.Findings.Where(f => !f.Rule.Practice || options.Practices).OrderBy(f => f.Range.Start).ToArray();
                return Answer(LintJson(findings, outcome), LintText(findings, outcome.Source), findings.Length > 0 || outcome.Error is not null ? "1" : "0");
            case "frontend.targets":
                var dockerfile = await client.ReadDockerfileAsync((_, _, _, _) => { }, cancellation);
                var program = InstructionParser.Parse(dockerfile.Text, new CheckReport());
                return Answer(TargetsJson(program, dockerfile), TargetsText(program), "0");
            case "frontend.outline":
                var (planned, file) = await builds.PlanAsync(plan, client, progress, cancellation);
                var outline = new Outline(planned, file, plan.Target);
                return Answer(outline.ToJson(), outline.ToText(), "0");
            case "frontend.subrequests.describe":
                return Answer(DescribeJson(), DescribeText(), "0");
            default:
                throw CortenException.NotImplemented($"unsupported request {request}: unsupported request {request}");
        }
    }

    /// <summary>What the stock front end says that it answers; what it does not list (checks) is answered all the same.</summary>
    private static readonly (string Name, string Description, string? Option)[] Known =
    [
        ("frontend.outline", "List all parameters current build target supports", "target"),
        ("frontend.targets", "List all targets current build supports", ""),
        ("frontend.subrequests.describe", "List available subrequest types", null),
    ];

    private static string DescribeText() =>
        Outline.Columns([["NAME", "VERSION", "DESCRIPTION"], .. Known.Select(k => new[] { k.Name["frontend.".Length..], "1.0.0", k.Description })], padding: 1);

    private static byte[] DescribeJson() => JsonValue(json =>
    {
        json.WriteStartArray();
        foreach (var (name, description, option) in Known)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("version", "1.0.0");
            json.WriteString("type", "rpc");
            json.WriteString("description", description);
            Named(json, "opts", option is null ? null : option.Length > 0 ? [(option, "Target build stage")] : []);
            json.WriteNull("inputs");
            Named(json, "metadata", [("result.json", ""), ("result.txt", "")]);
            json.WriteNull("refs");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void Named(Utf8JsonWriter json, string member, (string Name, string Description)[]? items)
    {
        if (items is null)
        {
            json.WriteNull(member);
            return;
        }

        json.WriteStartArray(member);
        foreach (var (name, description) in items)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("description", description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static Result Answer(byte[] json, string text, string status)
    {
        var result = new Result { Ref = new Ref() };
        result.Metadata["result.json"] = ByteString.CopyFrom(json);
        result.Metadata["result.txt"] = ByteString.CopyFromUtf8(text);
        result.Metadata["result.statuscode"] = ByteString.CopyFromUtf8(status);
        result.Metadata["version"] = ByteString.CopyFromUtf8("1.0.0");
        return result;
    }

    /// <summary>As the stock front end prints its findings.</summary>
    public static string LintText(IReadOnlyList<CheckFinding> findings, DockerfileSource source)
    {
        var text = new StringBuilder();
        foreach (var finding in findings)
        {
            text.Append($"\nWARNING: {finding.Rule.Name}{(finding.Rule.Url.Length > 0 ? " - " + finding.Rule.Url : "")}\n{finding.Message}\n");
            text.Append(DockerfileException.Excerpt(source.Name, source.Text, finding.Range));
        }

        return text.ToString();
    }

    private static byte[] LintJson(IReadOnlyList<CheckFinding> findings, CheckOutcome outcome) => Json(json =>
    {
        if (findings.Count == 0)
        {
            json.WriteNull("warnings");
        }
        else
        {
            WriteFindings(json, findings);
        }

        json.WriteStartArray("sources");
        json.WriteStartObject();
        json.WriteString("filename", outcome.Source.Name);
        json.WriteBase64String("data", Encoding.UTF8.GetBytes(outcome.Source.Text));
        json.WriteString("language", "Dockerfile");
        json.WriteEndObject();
        json.WriteEndArray();
        if (outcome.Error is { } error)
        {
            json.WriteStartObject("buildError");
            json.WriteString("message", error.Message);
            if (BuildErrors.RangeOf(error) is { } range)
            {
                Location(json, range);
            }

            json.WriteEndObject();
        }
    });

    private static void WriteFindings(Utf8JsonWriter json, IReadOnlyList<CheckFinding> findings)
    {
        json.WriteStartArray("warnings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("ruleName", finding.Rule.Name);
            json.WriteString("description", finding.Rule.Description);
            if (finding.Rule.Url.Length > 0)
            {
                json.WriteString("url", finding.Rule.Url);
            }

            json.WriteString("detail", finding.Message);
            Location(json, finding.Range);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void Location(Utf8JsonWriter json, SourceRange range)
    {
        json.WriteStartObject("location");
        json.WriteStartArray("ranges");
        json.WriteStartObject();
        Position(json, "start", range.Start);
        Position(json, "end", range.End);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Position(Utf8JsonWriter json, string name, int line)
    {
        json.WriteStartObject(name);
        json.WriteNumber("line", line);
        json.WriteEndObject();
    }

    private static byte[] TargetsJson(DockerfileProgram program, DockerfileSource source) => Json(json =>
    {
        json.WriteStartArray("targets");
        foreach (var (index, stage) in program.Stages.Index())
        {
            json.WriteStartObject();
            if (stage.From.Name is { } name)
            {
                json.WriteString("name", name);
            }

            if (index == program.Stages.Count - 1)
            {
                json.WriteBoolean("default", true);
            }

            if (Description(stage) is { Length: > 0 } description)
            {
                json.WriteString("description", description);
            }

            json.WriteString("base", stage.From.Base);
            Location(json, stage.From.Range);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("sources");
        json.WriteBase64StringValue(Encoding.UTF8.GetBytes(source.Text));
        json.WriteEndArray();
    });

    private static string TargetsText(DockerfileProgram program)
    {
        var rows = new List<string[]> { new[] { "TARGET", "DESCRIPTION" } };
        foreach (var (index, stage) in program.Stages.Index())
        {
            var isLast = index == program.Stages.Count - 1;
            rows.Add([$"{stage.From.Name}{(isLast ? stage.From.Name is null ? "(default)" : " (default)" : "")}", Description(stage)]);
        }

        return Outline.Columns(rows, padding: 1);
    }

    private static string Description(Stage stage) => Outline.Described(stage.From.Name, stage.From.Comments);

    internal static byte[] Json(Action<Utf8JsonWriter> write) => JsonValue(json =>
    {
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    });

    private static byte[] JsonValue(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(json);
        }

        return buffer.ToArray();
    }
}
