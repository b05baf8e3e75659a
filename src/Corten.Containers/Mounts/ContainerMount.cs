namespace Corten.Containers.Mounts;

/// <summary>One mount of a container as it was resolved at creation: what is kept, shown by inspect and turned into the runtime's spec at start.</summary>
public sealed record ContainerMount
{
    /// <summary><c>bind</c>, <c>volume</c>, <c>tmpfs</c> or <c>image</c>.</summary>
    public required string Type { get; set; }

    public required string Destination { get; set; }

    /// <summary>A volume's name, or an image's reference.</summary>
    public string? Name { get; set; }

    /// <summary>A bind's host path, a volume's mountpoint, where an image will be mounted.</summary>
    public string Source { get; set; } = "";

    /// <summary>The volume driver; null while nobody has named one and the volume is not found yet.</summary>
    public string? Driver { get; set; }

    /// <summary>As given with <c>-v</c>: <c>ro,z</c>.</summary>
    public string Mode { get; set; } = "";

    public bool Writable { get; set; } = true;

    /// <summary>Empty for what is not bound from the host.</summary>
    public string Propagation { get; set; } = "";

    /// <summary>Without the mounts below the source.</summary>
    public bool NonRecursive { get; set; }

    /// <summary>Read-only at the top only.</summary>
    public bool ReadOnlyNonRecursive { get; set; }

    /// <summary>Fail rather than leave a mount below writable.</summary>
    public bool ReadOnlyForceRecursive { get; set; }

    /// <summary>Make the host folder when it is missing, as <c>-v</c> does.</summary>
    public bool CreateSource { get; set; }

    /// <summary>Do not fill an empty volume from the image.</summary>
    public bool NoCopy { get; set; }

    /// <summary>A path inside the volume or image.</summary>
    public string? Subpath { get; set; }

    /// <summary>The volume was made for this container, and goes with it.</summary>
    public bool Anonymous { get; set; }

    /// <summary>Labels and options of a volume to be made.</summary>
    public Dictionary<string, string>? VolumeLabels { get; set; }

    public Dictionary<string, string>? VolumeOptions { get; set; }

    /// <summary>Of a tmpfs, as the runtime takes them.</summary>
    public IReadOnlyList<string>? TmpfsOptions { get; set; }

    /// <summary>Of an image mount: the image's id, which stays in use.</summary>
    public string? ImageId { get; set; }

    /// <summary>The layers of that image.</summary>
    public string? ImageChain { get; set; }
}
