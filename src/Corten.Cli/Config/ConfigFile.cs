using System.Text.Json;
using System.Text.Json.Nodes;
using Corten.Cli.Output;
using Corten.Cli.Shell;

namespace Corten.Cli.Config;

/// <summary>
/// Docker's client configuration, <c>config.json</c>. Read as a tree, so that members that we do not know survive a rewrite. A missing file is an
/// empty configuration.
/// </summary>
internal sealed class ConfigFile
{
    private readonly JsonObject root;

    private ConfigFile(string directory, JsonObject root)
    {
        Directory = directory;
        this.root = root;
    }

    public string Directory { get; }

    public string FilePath => Path.Combine(Directory, "config.json");

    public string CurrentContext => Text("currentContext");

    public string DetachKeys => Text("detachKeys");

    public string CredentialsStore => Text("credsStore");

    public IReadOnlyList<KeyValuePair<string, string>> HttpHeaders
        => root["HttpHeaders"] is JsonObject headers ? [.. headers.Select(static header => KeyValuePair.Create(header.Key, header.Value?.ToString() ?? ""))] : [];

    /// <summary>The registries' credentials as they are stored: <c>auths</c>.</summary>
    public JsonObject? Auths => root["auths"] as JsonObject;

    public static ConfigFile Load(string directory, TextWriter errors)
    {
        var path = Path.Combine(directory, "config.json");
        try
        {
            var text = File.ReadAllBytes(path);
            if (JsonNode.Parse(text) is JsonObject parsed)
            {
                return new ConfigFile(directory, parsed);
            }
            errors.Write($"WARNING: Error loading config file: {path}: not a JSON object\n");
        }
        catch (JsonException failure)
        {
            errors.Write($"WARNING: Error loading config file: {path}: invalid JSON at line {(failure.LineNumber ?? 0) + 1}\n");
        }
        catch (UnauthorizedAccessException)
        {
            errors.Write($"WARNING: Error loading config file: open {path}: permission denied\n");
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            // No configuration: every member has its default.
        }
        return new ConfigFile(directory, []);
    }

    /// <summary>A string member, or the empty string.</summary>
    public string Text(string name) => root[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    /// <summary>The helper program that keeps this registry's credentials, or the empty string.</summary>
    public string HelperOf(string registry)
        => (root["credHelpers"] as JsonObject)?[registry] is JsonValue value && value.TryGetValue<string>(out var helper) ? helper : CredentialsStore;

    /// <summary>The registries that have a helper program of their own.</summary>
    public IEnumerable<string> HelpedRegistries => (root["credHelpers"] as JsonObject ?? []).Select(static entry => entry.Key);

    /// <summary>Proxies that new containers get as environment variables, by the daemon's address or <c>default</c>.</summary>
    public IEnumerable<(string Name, string Value)> Proxies(string daemon)
    {
        var proxies = root["proxies"] as JsonObject;
        if ((proxies?[daemon] ?? proxies?["default"]) is not JsonObject chosen)
        {
            yield break;
        }
        foreach (var (member, variable) in new[] { ("httpProxy", "HTTP_PROXY"), ("httpsProxy", "HTTPS_PROXY"), ("noProxy", "NO_PROXY"), ("ftpProxy", "FTP_PROXY"), ("allProxy", "ALL_PROXY") })
        {
            if (chosen[member]?.ToString() is { Length: > 0 } value)
            {
                yield return (variable, value);
                yield return (variable.ToLowerInvariant(), value);
            }
        }
    }

    public void SetCurrentContext(string name)
    {
        if (name is "" or "default")
        {
            root.Remove("currentContext");
        }
        else
        {
            root["currentContext"] = name;
        }
        Save();
    }

    public void SetAuth(string registry, JsonObject? entry)
    {
        if (root["auths"] is not JsonObject auths)
        {
            root["auths"] = auths = [];
        }
        auths.Remove(registry);
        if (entry is not null)
        {
            auths[registry] = entry;
        }
        Save();
    }

    /// <summary>Writes a new file beside and renames it into place; only its owner may read it, since it may hold passwords.</summary>
    private void Save()
    {
        root["auths"] ??= new JsonObject();
        var target = new FileInfo(FilePath).LinkTarget is null ? FilePath : File.ResolveLinkTarget(FilePath, returnFinalTarget: true)!.FullName;
        System.IO.Directory.CreateDirectory(Directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var fresh = $"{target}{Environment.ProcessId}";
        var mode = File.Exists(target) ? File.GetUnixFileMode(target) : UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(fresh, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = mode }))
        using (var writer = new Utf8JsonWriter(file, Json.WriterOptions with { Indented = true, IndentCharacter = '\t', IndentSize = 1 }))
        {
            root.WriteTo(writer);
        }
        File.Move(fresh, target, overwrite: true);
    }
}
