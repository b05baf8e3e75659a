using System.Text.Json;
using Corten.Build.BuildKit.Protocol.Control;
using Corten.Cli.Shell;
using Corten.Oci.Image;

namespace Corten.Cli.Commands.Builder.Kit;

/// <summary>Caches elsewhere (<c>--cache-from</c>, <c>--cache-to</c>): in a registry, in the image itself, in a folder here.</summary>
internal sealed class BuildCaches
{
    private readonly List<(string Folder, string Tag)> written = [];

    private BuildCaches()
    {
    }

    public CacheOptions Options { get; } = new();

    /// <summary>Folders by the names of content stores.</summary>
    public Dictionary<string, string> Stores { get; } = [];

    public static BuildCaches Of(Invocation call)
    {
        var caches = new BuildCaches();
        foreach (var text in call.List("cache-from"))
        {
            caches.AddSource(text);
        }
        foreach (var text in call.List("cache-to"))
        {
            caches.AddTarget(text);
        }
        return caches;
    }

    /// <summary>Names what the engine has put into folders.</summary>
    public void Finish(string manifest)
    {
        if (manifest.Length > 0 && JsonSerializer.Deserialize(manifest, ImageJson.Default.Descriptor) is { } descriptor)
        {
            written.ForEach(w => LayoutIndex.Put(w.Folder, descriptor, w.Tag, null));
        }
    }

    private void AddSource(string text)
    {
        var entry = Parse(text, "cache-from");
        if (entry.Type == "local")
        {
            var folder = Required(entry, "src", "local cache importer requires src");
            Stores["local:" + folder] = folder;
            if (!entry.Attrs.ContainsKey("digest"))
            {
                if (!File.Exists(Path.Combine(folder, "index.json")) || LayoutIndex.Find(folder, entry.Attrs.TryGetValue("tag", out var tag) ? tag : "latest") is not { } found)
                {
                    // Nothing there yet, as before the first build that fills it.
                    return;
                }
                entry.Attrs["digest"] = found.Digest.ToString();
            }
        }
        Options.Imports.Add(entry);
    }

    private void AddTarget(string text)
    {
        var entry = Parse(text, "cache-to");
        if (entry.Type == "local")
        {
            var folder = Required(entry, "dest", "local cache exporter requires dest");
            Directory.CreateDirectory(folder);
            Stores["local:" + folder] = folder;
            written.Add((folder, entry.Attrs.TryGetValue("tag", out var tag) ? tag : "latest"));
        }
        else if (entry.Type == "registry")
        {
            Required(entry, "ref", "registry cache exporter requires ref");
        }
        Options.Exports.Add(entry);
    }

    private static CacheOptionsEntry Parse(string text, string option)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
        {
            return text == "inline" && option == "cache-to" ? new CacheOptionsEntry { Type = text } : new CacheOptionsEntry { Type = "registry", Attrs = { ["ref"] = text } };
        }
        var fields = CsvFields.Parse(text, option);
        var type = fields["type"] is { Length: > 0 } given ? given : throw new CommandException($"type required form> \"{text}\"");
        return type is "inline" or "local" or "registry" ? new CacheOptionsEntry { Type = type, Attrs = { fields.Without("type") } }
            : throw new CommandException($"a cache of type {type} is not known here: use registry, local or inline");
    }

    private static string Required(CacheOptionsEntry entry, string key, string words) =>
        entry.Attrs.TryGetValue(key, out var value) && value.Length > 0 ? value : throw new CommandException(words);
}
