using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Builder.Kit;

/// <summary>One result that the build is to have (<c>-o</c>, <c>--load</c>, <c>--push</c>).</summary>
/// <param name="Type">The exporter.</param>
/// <param name="Attributes">What it is told.</param>
/// <param name="Folder">Where files go here; null if they do not go into a folder.</param>
/// <param name="File">The file that is written here, <c>-</c> for standard output; null for none.</param>
internal sealed record BuildOutput(string Type, Dictionary<string, string> Attributes, string? Folder, string? File)
{
    /// <summary>The folder is an OCI layout, not a tree of files.</summary>
    public bool IsLayout => Folder is not null && Type is "oci" or "docker";

    private bool IsImage => Type is "moby" or "image" or "oci" or "docker";

    public static IReadOnlyList<BuildOutput> Of(Invocation call)
    {
        var outputs = call.List("output").Select(Parse).ToList();
        if (call.Flag("load") && !outputs.Exists(o => o.Type == "moby" && !o.Attributes.ContainsKey("push")))
        {
            outputs.Add(Image([]));
        }
        if (call.Flag("push"))
        {
            var images = outputs.FindAll(o => o.Type == "moby");
            images.ForEach(o => o.Attributes["push"] = "true");
            if (images.Count == 0)
            {
                outputs.Add(Image(new() { ["push"] = "true" }));
            }
        }
        if (outputs.Count == 0)
        {
            outputs.Add(Image([]));
        }
        Complete(call, outputs);
        return outputs;
    }

    private static BuildOutput Image(Dictionary<string, string> attributes) => new("moby", attributes, null, null);

    /// <summary>Names and annotations go to every image that does not say its own.</summary>
    private static void Complete(Invocation call, List<BuildOutput> outputs)
    {
        foreach (var output in outputs.Where(o => o.IsImage))
        {
            if (call.Has("tag"))
            {
                output.Attributes.TryAdd("name", string.Join(',', call.List("tag")));
            }
            foreach (var (key, value) in call.List("annotation").SelectMany(Annotations))
            {
                output.Attributes[key] = value;
            }
            if (output.Attributes.ContainsKey("push") && !output.Attributes.ContainsKey("name"))
            {
                throw new CommandException("tag is needed when pushing to registry");
            }
        }
        if (call.Has("annotation") && !outputs.Exists(o => o.IsImage))
        {
            throw new CommandException("annotations are only for outputs that are images");
        }
        if (outputs.Count(o => o.File == "-") > 1)
        {
            throw new CommandException("only one output can go to standard output");
        }
        if (outputs.Exists(o => o.File == "-") && call.Session.OutIsTerminal)
        {
            throw new CommandException("dest file is required for exporter. refusing to write to console");
        }
    }

    private static BuildOutput Parse(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal) && !text.Contains(',', StringComparison.Ordinal))
        {
            return text == "-" ? new BuildOutput("tar", [], null, "-") : new BuildOutput("local", [], text, null);
        }
        var fields = CsvFields.Parse(text, "output");
        var type = fields["type"] is { Length: > 0 } given ? given : throw new CommandException("type is required for output");
        var (dest, rest) = (fields["dest"] ?? "", fields.Without("type", "dest"));
        switch (type)
        {
            case "local":
                return new BuildOutput(type, rest, dest.Length > 0 ? dest : throw new CommandException("dest is required for local output"), null);
            case "tar":
                return new BuildOutput(type, rest, null, dest.Length > 0 ? FileAt(dest) : "-");
            case "docker" when dest.Length == 0:
            case "image":
                return Image(rest);
            case "oci" or "docker":
                var folder = rest.TryGetValue("tar", out var tar) && tar == "false";
                return new BuildOutput(type, rest, folder ? dest : null, folder ? null : dest.Length > 0 ? FileAt(dest) : "-");
            case "registry":
                rest["push"] = "true";
                return Image(rest);
            case "cacheonly":
                return new BuildOutput(type, rest, null, null);
            default:
                throw new CommandException($"exporter \"{type}\" could not be found");
        }
    }

    private static string FileAt(string dest) =>
        dest == "-" ? dest : Directory.Exists(dest) ? throw new CommandException($"destination directory {dest} must be a file")
        : Path.GetDirectoryName(Path.GetFullPath(dest)) is { } folder && !Directory.Exists(folder) ? throw new CommandException($"destination {folder} must be a directory")
        : dest;

    /// <summary><c>[TYPE[PLATFORM],…:]KEY=VALUE</c>, as attributes of an exporter.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Annotations(string text)
    {
        var equals = text.IndexOf('=');
        if (equals <= 0)
        {
            throw new CommandException($"invalid annotation \"{text}\", expected key=value");
        }
        var (key, value) = (text[..equals], text[(equals + 1)..]);
        var colon = key.IndexOf(':');
        var places = colon < 0 ? [""] : key[..colon].Split(',');
        var name = colon < 0 ? key : key[(colon + 1)..];
        foreach (var place in places)
        {
            var word = place.Split('[')[0];
            if (word is not ("" or "index" or "index-descriptor" or "manifest" or "manifest-descriptor"))
            {
                throw new CommandException($"unknown annotation type \"{word}\"");
            }
            yield return new(place.Length == 0 ? $"annotation.{name}" : $"annotation-{place}.{name}", value);
        }
    }
}
