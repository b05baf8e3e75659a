namespace Corten.Volumes;

/// <summary>Where the volumes' files are.</summary>
public sealed record VolumeSettings
{
    /// <summary>Folder of the local volumes, under the data root.</summary>
    public required string Root { get; init; }

    /// <summary>Folder under the exec root for parts of volumes that are mounted on their own.</summary>
    public required string PartsRoot { get; init; }

    /// <summary>Where plugins put their sockets, then where specifications of others are (Docker's plugin discovery).</summary>
    public IReadOnlyList<string> PluginFolders { get; init; } = ["/run/docker/plugins", "/etc/docker/plugins", "/usr/lib/docker/plugins"];
}
