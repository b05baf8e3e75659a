using System.Text.RegularExpressions;
using Corten.Containers.Model;
using Corten.Oci.Errors;

namespace Corten.Containers.Logs;

/// <summary>What <c>labels</c>, <c>labels-regex</c>, <c>env</c>, <c>env-regex</c> and <c>tag</c> of <c>--log-opt</c> add to every line.</summary>
internal static partial class LogAttributes
{
    public static Dictionary<string, string>? Of(Container container, IReadOnlyDictionary<string, string> options)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var config = container.Record.Config;
        var environment = (config.Env ?? []).Select(entry => entry.Split('=', 2)).Where(pair => pair.Length == 2).GroupBy(pair => pair[0]).ToDictionary(group => group.Key, group => group.Last()[1]);
        Select(attributes, config.Labels ?? [], options.GetValueOrDefault("labels"), options.GetValueOrDefault("labels-regex"));
        Select(attributes, environment, options.GetValueOrDefault("env"), options.GetValueOrDefault("env-regex"));
        if (options.TryGetValue("tag", out var tag) && tag.Length > 0)
        {
            attributes["tag"] = Tag(tag, container);
        }

        return attributes.Count > 0 ? attributes : null;
    }

    /// <summary>The fields of Docker's tag templates.</summary>
    public static string Tag(string template, Container container) => template.LastIndexOf("{{", StringComparison.Ordinal) > template.LastIndexOf("}}", StringComparison.Ordinal)
        ? throw CortenException.Internal("template: log-tag:1: unclosed action")
        : Field().Replace(template, field => field.Groups[1].Value switch
    {
        "ID" => container.Id[..12],
        "FullID" => container.Id,
        "Name" => container.Name,
        "ImageID" => Short(container.Record.ImageId),
        "ImageFullID" => container.Record.ImageId,
        "ImageName" => container.Record.Config.Image,
        "DaemonName" => "docker",
        var other => throw CortenException.Internal($"template: log-tag:1:2: executing \"log-tag\" at <.{other}>: can't evaluate field {other} in type *logger.Info"),
    });

    [GeneratedRegex(@"\{\{\s*\.(\w+)\s*\}\}")]
    private static partial Regex Field();

    /// <summary>Twelve characters, the algorithm's among them: <c>sha256:d2b39</c>, as Docker cuts it.</summary>
    private static string Short(string digest) => digest.Length > 12 ? digest[..12] : digest;

    private static void Select(Dictionary<string, string> into, IReadOnlyDictionary<string, string> from, string? names, string? pattern)
    {
        foreach (var name in (names ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (from.TryGetValue(name, out var value))
            {
                into[name] = value;
            }
        }

        if (!string.IsNullOrEmpty(pattern))
        {
            var expression = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            foreach (var (name, value) in from.Where(entry => expression.IsMatch(entry.Key)))
            {
                into[name] = value;
            }
        }
    }
}
