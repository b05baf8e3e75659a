using System.Text.Json;
using Corten.Oci.Errors;

namespace Corten.Volumes.Plugins;

/// <summary>
/// Finds plugins as Docker does: <c>NAME.sock</c> in the first folder, <c>NAME.spec</c> (a line with the address) or <c>NAME.json</c> in the others;
/// each may also be in a folder of the plugin's name.
/// </summary>
internal sealed class PluginCatalog(IReadOnlyList<string> folders) : IDisposable
{
    private const int MaxSpecification = 64 << 10;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, PluginDriver> _active = [];

    /// <exception cref="CortenException">There is no such plugin, or it can't be spoken to.</exception>
    public async Task<PluginDriver> GetAsync(string name, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_active.TryGetValue(name, out var known))
            {
                return known;
            }

            var address = FindAddress(name)
                ?? throw CortenException.NotFound($"error looking up volume plugin {name}: plugin \"{name}\" not found");
            return _active[name] = await PluginDriver.ActivateAsync(name, address, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Every plugin that there is and that answers as a volume driver.</summary>
    public async Task<IReadOnlyList<PluginDriver>> AllAsync(CancellationToken cancellationToken)
    {
        List<PluginDriver> all = [];
        foreach (var name in Names())
        {
            try
            {
                all.Add(await GetAsync(name, cancellationToken));
            }
            catch (CortenException)
            {
                // A stale socket, or a plugin for something else: it is not a volume driver, and asking for it by name says why.
            }
        }

        return all;
    }

    public void Dispose()
    {
        foreach (var plugin in _active.Values)
        {
            plugin.Dispose();
        }

        _turn.Dispose();
    }

    private IEnumerable<string> Names() => folders
        .Where(Directory.Exists)
        .SelectMany(f => Directory.EnumerateFileSystemEntries(f).Select(Path.GetFileNameWithoutExtension))
        .Select(n => n!)
        .Where(n => n.Length > 0 && FindAddress(n) is not null)
        .Distinct();

    private string? FindAddress(string name)
    {
        // The name comes from a request: it may only be a file's name in these folders.
        if (name.Contains('/', StringComparison.Ordinal) || name is "" or "." or "..")
        {
            return null;
        }

        foreach (var place in folders.SelectMany(f => (string[])[Path.Combine(f, name), Path.Combine(f, name, name)]))
        {
            if (File.Exists(place + ".sock"))
            {
                return "unix://" + place + ".sock";
            }

            if (ReadSpecification(place + ".spec") is { } line)
            {
                return line.Trim();
            }

            if (ReadSpecification(place + ".json") is { } json)
            {
                return Parse(json);
            }
        }

        return null;
    }

    private static string? ReadSpecification(string path) =>
        new FileInfo(path) is { Exists: true, Length: < MaxSpecification } ? File.ReadAllText(path) : null;

    private static string? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PluginJson.Default.PluginSpecification)?.Addr;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
