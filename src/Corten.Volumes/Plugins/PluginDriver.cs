using Corten.Oci.Errors;
using Corten.Volumes.Drivers;

namespace Corten.Volumes.Plugins;

/// <summary>A driver that is a program of its own, spoken to by the volume plugin protocol.</summary>
internal sealed class PluginDriver(string name, PluginClient client, string scope) : IVolumeDriver, IDisposable
{
    public string Name => name;

    public string Scope => scope;

    /// <summary>Shakes hands with a plugin.</summary>
    /// <exception cref="CortenException">It does not answer, or is no volume driver.</exception>
    public static async Task<PluginDriver> ActivateAsync(string name, string address, CancellationToken cancellationToken)
    {
        var client = new PluginClient(name, address);
        try
        {
            var activation = await client.CallAsync("Plugin.Activate", new PluginRequest(), cancellationToken);
            if (activation.Implements?.Contains("VolumeDriver") != true)
            {
                throw CortenException.NotFound($"plugin {name} does not implement VolumeDriver");
            }

            return new PluginDriver(name, client, await ScopeAsync(client, cancellationToken));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public Task CreateAsync(string name, IReadOnlyDictionary<string, string>? options, CancellationToken cancellationToken) =>
        client.CallAsync(
            "VolumeDriver.Create", new PluginRequest { Name = name, Opts = options ?? new Dictionary<string, string>() }, cancellationToken);

    public Task RemoveAsync(string name, CancellationToken cancellationToken) =>
        client.CallAsync("VolumeDriver.Remove", new PluginRequest { Name = name }, cancellationToken);

    public async Task<string> MountAsync(
        string name, IReadOnlyDictionary<string, string>? options, string user, CancellationToken cancellationToken)
    {
        var answer = await client.CallAsync("VolumeDriver.Mount", new PluginRequest { Name = name, Id = user }, cancellationToken);
        return answer.Mountpoint is { Length: > 0 } path && Path.IsPathRooted(path)
            ? path
            : throw CortenException.Internal($"VolumeDriver.Mount: plugin {Name} gave no absolute mountpoint for volume {name}");
    }

    public Task UnmountAsync(string name, string user, bool last, CancellationToken cancellationToken) =>
        client.CallAsync("VolumeDriver.Unmount", new PluginRequest { Name = name, Id = user }, cancellationToken);

    public async Task<DriverVolume?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.CallAsync("VolumeDriver.Get", new PluginRequest { Name = name }, cancellationToken);
            return answer.Volume is { } volume ? Read(volume, name) : null;
        }
        catch (CortenException)
        {
            // The protocol has no way to say "no such volume" but an error in the plugin's own words.
            return null;
        }
    }

    public async Task<IReadOnlyList<DriverVolume>> ListAsync(CancellationToken cancellationToken)
    {
        var answer = await client.CallAsync("VolumeDriver.List", new PluginRequest(), cancellationToken);
        return [.. (answer.Volumes ?? []).Where(v => !string.IsNullOrEmpty(v.Name)).Select(v => Read(v, v.Name!))];
    }

    public void Dispose() => client.Dispose();

    private static DriverVolume Read(PluginVolume volume, string name) =>
        new(name, volume.Mountpoint ?? "") { CreatedAt = volume.CreatedAt, Status = volume.Status };

    /// <summary>Plugins older than capabilities are local.</summary>
    private static async Task<string> ScopeAsync(PluginClient client, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.CallAsync("VolumeDriver.Capabilities", new PluginRequest(), cancellationToken);
            return answer.Capabilities?.Scope?.ToLowerInvariant() == "global" ? "global" : "local";
        }
        catch (CortenException)
        {
            return "local";
        }
    }
}
