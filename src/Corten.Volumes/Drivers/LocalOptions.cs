using System.Net;
using Corten.Linux.Mounts;
using Corten.Oci.Errors;

namespace Corten.Volumes.Drivers;

/// <summary>The options of the <c>local</c> driver: what is mounted onto the volume's folder when it is first used. Null stands for a plain folder.</summary>
internal sealed record LocalOptions(string Type, string Device, string Options)
{
    /// <summary>Takes the options apart and refuses those that can't work.</summary>
    /// <exception cref="CortenException">An unknown option, a missing one, or a size without quota support.</exception>
    public static LocalOptions? Parse(IReadOnlyDictionary<string, string>? options)
    {
        if (options is null || options.Count == 0)
        {
            return null;
        }

        foreach (var (name, value) in options)
        {
            switch (name)
            {
                case "type" or "o" or "device":
                    break;
                case "size":
                    throw CortenException.Invalid("quota size requested but no quota support");
                default:
                    throw CortenException.Invalid($"invalid option: \"{name}\"");
            }
        }

        var type = options.GetValueOrDefault("type", "");
        var device = options.GetValueOrDefault("device", "");
        var given = options.GetValueOrDefault("o", "");
        if (device.Length == 0)
        {
            throw CortenException.Invalid("missing required option: \"device\"");
        }

        return type.Length == 0 ? throw CortenException.Invalid("missing required option: \"type\"") : new LocalOptions(type, device, given);
    }

    /// <summary>Mounts onto <paramref name="target"/>.</summary>
    /// <exception cref="CortenException">The kernel refuses: its errno in Docker's words.</exception>
    public async Task MountAsync(string target, CancellationToken cancellationToken)
    {
        var (flags, data) = MountFlags.Parse(await ResolveAddressAsync(target, cancellationToken));
        try
        {
            HostMounts.Mount(Device, target, Type, flags, data);
        }
        catch (Linux.LinuxException e)
        {
            var shown = (flags == 0 ? "" : $", flags: 0x{flags:x}") + (data.Length == 0 ? "" : ", data: " + data);
            throw Failure(target, $"failed to mount local volume: mount {Device}:{target}{shown}: {Linux.LinuxException.Describe(e.Errno)}", e);
        }
    }

    /// <summary>The kernel's nfs and cifs want an address where people write a name.</summary>
    private async Task<string> ResolveAddressAsync(string target, CancellationToken cancellationToken)
    {
        if (Type is not ("nfs" or "nfs4" or "cifs"))
        {
            return Options;
        }

        var parts = Options.Split(',');
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].StartsWith("addr=", StringComparison.Ordinal) && !IPAddress.TryParse(parts[i][5..], out _))
            {
                parts[i] = "addr=" + await ResolveAsync(target, parts[i][5..], cancellationToken);
            }
        }

        return string.Join(',', parts);
    }

    private static async Task<IPAddress> ResolveAsync(string target, string host, CancellationToken cancellationToken)
    {
        try
        {
            return (await Dns.GetHostAddressesAsync(host, cancellationToken))[0];
        }
        catch (System.Net.Sockets.SocketException e)
        {
            throw Failure(target, $"error resolving passed in network volume address: lookup {host}: {e.Message}", e);
        }
    }

    private static CortenException Failure(string target, string reason, Exception inner) =>
        CortenException.Internal($"error while mounting volume '{target}': {reason}", inner);
}
