using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Corten.Cli.Output;
using Corten.Client;

namespace Corten.Cli.Config;

/// <summary>
/// The named daemons that Docker's client keeps: <c>contexts/meta/SHA256(name)/meta.json</c>, and TLS files under
/// <c>contexts/tls/SHA256(name)/docker/</c>.
/// </summary>
internal sealed class ContextStore(string configDirectory)
{
    public const string Default = "default";

    private static readonly string[] TlsNames = ["ca.pem", "cert.pem", "key.pem"];

    public string MetaFolder(string name) => Path.Combine(configDirectory, "contexts", "meta", Key(name));

    public string TlsFolder(string name) => Path.Combine(configDirectory, "contexts", "tls", Key(name));

    public static string NotFound(string configDirectory, string name)
        => $"context {GoQuote.Quote(name)}: context not found: open {Path.Combine(new ContextStore(configDirectory).MetaFolder(name), "meta.json")}: no such file or directory";

    public bool Exists(string name) => File.Exists(Path.Combine(MetaFolder(name), "meta.json"));

    public StoredContext? Load(string name)
    {
        var file = Path.Combine(MetaFolder(name), "meta.json");
        return File.Exists(file) ? Read(file) : null;
    }

    public IReadOnlyList<StoredContext> All()
    {
        var folder = Path.Combine(configDirectory, "contexts", "meta");
        return !Directory.Exists(folder) ? [] : [.. Directory.EnumerateDirectories(folder).Select(static entry => Path.Combine(entry, "meta.json"))
            .Where(File.Exists).Select(Read).OrderBy(static context => context.Name, StringComparer.Ordinal)];
    }

    public void Save(StoredContext context, IReadOnlyDictionary<string, byte[]>? tlsFiles)
    {
        var folder = MetaFolder(context.Name);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "meta.json"), Json.Bytes(context.WriteMetadata));
        if (tlsFiles is null)
        {
            return;
        }
        var tls = Path.Combine(TlsFolder(context.Name), "docker");
        if (Directory.Exists(tls))
        {
            Directory.Delete(tls, recursive: true);
        }
        foreach (var (name, content) in tlsFiles)
        {
            Directory.CreateDirectory(tls, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var file = new FileStream(Path.Combine(tls, name), new FileStreamOptions
            {
                Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            file.Write(content);
        }
    }

    public void Remove(string name)
    {
        foreach (var folder in new[] { MetaFolder(name), TlsFolder(name) })
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>The TLS files that are kept for a context, by name.</summary>
    public Dictionary<string, byte[]> TlsFiles(string name)
    {
        var folder = Path.Combine(TlsFolder(name), "docker");
        return TlsNames.Where(file => File.Exists(Path.Combine(folder, file))).ToDictionary(static file => file, file => File.ReadAllBytes(Path.Combine(folder, file)));
    }

    private StoredContext Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = json.RootElement;
        var name = root.Text("Name");
        var docker = root.Get("Endpoints", "docker");
        var skip = docker.Flag("SkipTLSVerify");
        var folder = Path.Combine(TlsFolder(name), "docker");
        var files = Array.ConvertAll(TlsNames, tls => Path.Combine(folder, tls) is var path && File.Exists(path) ? path : null);
        var settings = skip || Array.Exists(files, static path => path is not null) ? new TlsSettings(files[0], files[1], files[2], !skip) : null;
        return new StoredContext(name, root.Get("Metadata").Text("Description"), docker.Text("Host"), skip, settings);
    }

    private static string Key(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name))).ToLowerInvariant();
}

/// <summary>A named daemon.</summary>
internal sealed record StoredContext(string Name, string Description, string Host, bool SkipTlsVerify, TlsSettings? Tls)
{
    public void WriteMetadata(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("Name", Name);
        writer.WriteStartObject("Metadata");
        if (Description.Length > 0)
        {
            writer.WriteString("Description", Description);
        }
        writer.WriteEndObject();
        writer.WriteStartObject("Endpoints");
        writer.WriteStartObject("docker");
        if (Host.Length > 0)
        {
            writer.WriteString("Host", Host);
        }
        writer.WriteBoolean("SkipTLSVerify", SkipTlsVerify);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
