using System.Text;
using System.Text.Json;
using Corten.Build.Contexts;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Dockerfile.Syntax;
using Corten.Build.Planning;

namespace Corten.Build.BuildKit;

/// <summary>What a target can be given: arguments, secrets, agents (<c>--call=outline</c>).</summary>
internal sealed class Outline
{
    private readonly DockerfileSource _source;
    private readonly string _name;
    private readonly string _description;
    private readonly List<(string Name, string Value, string Description, SourceRange Range)> _arguments = [];
    private readonly List<(string Name, bool Required, SourceRange Range)> _secrets;
    private readonly List<(string Name, bool Required, SourceRange Range)> _agents;

    /// <param name="plan">Of the target alone.</param>
    /// <param name="source">The file.</param>
    /// <param name="target">As the client named it; null for the last stage.</param>
    public Outline(BuildPlan plan, DockerfileSource source, string? target)
    {
        _source = source;
        var stage = plan.Program.Stages.LastOrDefault(s => string.IsNullOrEmpty(target) || string.Equals(s.From.Name, target, StringComparison.OrdinalIgnoreCase)) ?? plan.Program.Stages[^1];
        (_name, _description) = (stage.From.Name ?? "", Described(stage.From.Name, stage.From.Comments));
        AddArguments(plan);
        _secrets = MountsOf(plan, RunMountType.Secret);
        _agents = MountsOf(plan, RunMountType.Ssh);
    }

    /// <summary>The rest of the comment that begins with the name.</summary>
    public static string Described(string? name, IReadOnlyList<string> comments) =>
        name is not null && comments.FirstOrDefault(c => c.StartsWith(name + " ", StringComparison.OrdinalIgnoreCase)) is { } comment ? comment[(name.Length + 1)..] : "";

    /// <summary>Aligns cells; the last one of a row is as long as it is.</summary>
    public static string Columns(IReadOnlyList<string[]> rows, int padding)
    {
        var text = new StringBuilder();
        var widths = Enumerable.Range(0, rows[0].Length - 1).Select(i => rows.Max(r => r[i].Length) + padding).ToArray();
        foreach (var row in rows)
        {
            for (var i = 0; i < widths.Length; i++)
            {
                text.Append(row[i].PadRight(widths[i]));
            }

            text.Append(row[^1]).Append('\n');
        }

        return text.ToString();
    }

    public string ToText()
    {
        var text = new StringBuilder();
        if (_name.Length > 0 || _description.Length > 0)
        {
            var rows = new List<string[]> { new[] { "TARGET:", _name.Length > 0 ? _name : "default" } };
            if (_description.Length > 0)
            {
                rows.Add(["DESCRIPTION:", _description]);
            }

            text.Append(Columns(rows, padding: 1)).Append('\n');
        }

        Table(text, ["BUILD ARG", "VALUE", "DESCRIPTION"], [.. _arguments.Select(a => new[] { a.Name, a.Value, a.Description })]);
        Table(text, ["SECRET", "REQUIRED"], [.. _secrets.Select(s => new[] { s.Name, s.Required ? "true" : "" })]);
        Table(text, ["SSH", "REQUIRED"], [.. _agents.Select(s => new[] { s.Name, s.Required ? "true" : "" })]);
        return text.ToString();
    }

    public byte[] ToJson() => Subrequests.Json(json =>
    {
        Text(json, "name", _name);
        Text(json, "description", _description);
        Array(json, "args", _arguments, a =>
        {
            json.WriteString("name", a.Name);
            Text(json, "description", a.Description);
            Text(json, "value", a.Value);
            Subrequests.Location(json, a.Range);
        });
        Array(json, "secrets", _secrets, s => Mount(json, s));
        Array(json, "ssh", _agents, s => Mount(json, s));
        json.WriteStartArray("sources");
        json.WriteBase64StringValue(Encoding.UTF8.GetBytes(_source.Text));
        json.WriteEndArray();
    });

    /// <summary>Each once, where it is declared first; one that takes a global value is declared where that is.</summary>
    private void AddArguments(BuildPlan plan)
    {
        foreach (var argument in plan.Arguments.DistinctBy(a => a.Name).Where(a => !IsOfPlatform(a.Name)))
        {
            var global = plan.Program.GlobalArguments.LastOrDefault(g => g.Definitions.Any(d => d.Name == argument.Name));
            var declared = global ?? argument.Declared;
            _arguments.Add((argument.Name, argument.Value ?? "", Described(argument.Name, declared.Comments), declared.Range));
        }

        _arguments.Sort((a, b) => a.Range.Start.CompareTo(b.Range.Start));
    }

    private static bool IsOfPlatform(string name) => name is "TARGETPLATFORM" or "TARGETOS" or "TARGETARCH" or "TARGETVARIANT" or "TARGETOSVERSION" or "TARGETSTAGE"
        or "BUILDPLATFORM" or "BUILDOS" or "BUILDARCH" or "BUILDVARIANT" or "BUILDOSVERSION";

    private static List<(string, bool, SourceRange)> MountsOf(BuildPlan plan, RunMountType type) =>
    [
        .. plan.Instructions.Where(i => i.Step is RunStep).SelectMany(i => ((RunStep)i.Step!).Mounts.Where(m => m.Mount.Type == type)
            .Select(m => (m.Mount.Id, m.Mount.Required, i.Instruction.Range))).DistinctBy(m => m.Id),
    ];

    private static void Table(StringBuilder text, string[] heads, IReadOnlyList<string[]> rows)
    {
        if (rows.Count > 0)
        {
            text.Append(Columns([heads, .. rows], padding: 3)).Append('\n');
        }
    }

    private static void Mount(Utf8JsonWriter json, (string Name, bool Required, SourceRange Range) mount)
    {
        json.WriteString("name", mount.Name);
        if (mount.Required)
        {
            json.WriteBoolean("required", true);
        }

        Subrequests.Location(json, mount.Range);
    }

    private static void Array<T>(Utf8JsonWriter json, string name, IReadOnlyCollection<T> items, Action<T> write)
    {
        if (items.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Text(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }
}
