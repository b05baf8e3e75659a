using System.Text;
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
                var (checks, source) = await builds.CheckAsync(plan, client, progress, cancellation);
                var findings = checks.Findings.Where(f => !f.Rule.Practice || options.Practices).OrderBy(f => f.Range.Start).ToArray();
                return Answer(LintJson(findings, source), LintText(findings, source), findings.Length > 0 ? "1" : "0");
            case "frontend.targets":
                var dockerfile = await client.ReadDockerfileAsync((_, _, _, _) => { }, cancellation);
                var program = InstructionParser.Parse(dockerfile.Text, new CheckReport());
                return Answer(TargetsJson(program), TargetsText(program), "0");
            case "frontend.outline":
                var (planned, file) = await builds.PlanAsync(plan, client, progress, cancellation);
                var outline = new Outline(planned, file, plan.Target);
                return Answer(outline.ToJson(), outline.ToText(), "0");
            case "frontend.subrequests.describe":
                return Answer("[{\"name\":\"frontend.lint\",\"version\":\"1.0.0\",\"type\":\"rpc\"},{\"name\":\"frontend.outline\",\"version\":\"1.0.0\",\"type\":\"rpc\"},{\"name\":\"frontend.targets\",\"version\":\"1.0.0\",\"type\":\"rpc\"}]"u8.ToArray(), "", "0");
            default:
                throw CortenException.NotImplemented($"unsupported request {request}");
        }
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

    private static byte[] LintJson(IReadOnlyList<CheckFinding> findings, DockerfileSource source) => Json(json =>
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
            json.WriteStartObject("location");
            json.WriteStartArray("ranges");
            json.WriteStartObject();
            Position(json, "start", finding.Range.Start);
            Position(json, "end", finding.Range.End);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("sources");
        json.WriteStartObject();
        json.WriteString("filename", source.Name);
        json.WriteString("language", "Dockerfile");
        json.WriteBase64String("data", Encoding.UTF8.GetBytes(source.Text));
        json.WriteEndObject();
        json.WriteEndArray();
    });

    internal static void Position(Utf8JsonWriter json, string name, int line)
    {
        json.WriteStartObject(name);
        json.WriteNumber("line", line);
        json.WriteEndObject();
    }

    private static byte[] TargetsJson(DockerfileProgram program) => Json(json =>
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
            json.WriteEndObject();
        }

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

    internal static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
