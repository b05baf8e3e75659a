using Corten.Oci.Errors;

namespace Corten.Containers.Mounts;

/// <summary>One of <c>-v</c>: <c>[source:]destination[:mode]</c>. A source that begins with a slash is a host path, any other a volume.</summary>
internal static class BindSpec
{
    /// <exception cref="CortenException">Kind Internal, since the reference engine answers 500 here.</exception>
    public static ContainerMount Parse(string text, string volumeDriver)
    {
        var parts = text.Split(':', 4);
        if (text.Length == 0 || parts.Length > 3 || parts[0].Length == 0)
        {
            throw CortenException.Internal($"invalid volume specification: '{text}'");
        }

        var (source, destination, mode) = parts.Length switch
        {
            1 => ("", parts[0], ""),
            2 when parts[1].Length > 0 && parts[1][0] != '/' && MountWords.IsMode(parts[1]) => ("", parts[0], parts[1]),
            2 => (parts[0], parts[1], ""),
            _ => (parts[0], parts[1], parts[2]),
        };
        if (mode.Length > 0 && !MountWords.IsMode(mode))
        {
            throw CortenException.Internal($"invalid mode: {mode}");
        }

        var isBind = source.StartsWith('/');
        try
        {
            MountWords.CheckDestination(destination);
            if (isBind && mode.Split(',').Contains("nocopy"))
            {
                throw CortenException.Invalid("field VolumeOptions must not be specified");
            }

            if (!isBind && MountWords.Propagation(mode) is not null)
            {
                throw CortenException.Invalid("field BindOptions must not be specified");
            }
        }
        catch (CortenException e)
        {
            throw CortenException.Internal($"invalid volume specification: '{text}': invalid mount config for type \"{(isBind ? "bind" : "volume")}\": {e.Message}");
        }

        var writable = !MountWords.IsReadOnly(mode);
        destination = MountWords.Clean(destination);
        if (isBind)
        {
            return new ContainerMount
            {
                Type = "bind",
                Source = MountWords.Clean(source),
                Destination = destination,
                Mode = mode,
                Writable = writable,
                Propagation = MountWords.Propagation(mode) ?? "rprivate",
                CreateSource = true,
            };
        }

        if (source.Length > 0)
        {
            MountWords.CheckVolumeName(source);
        }

        return new ContainerMount
        {
            Type = "volume",
            Name = source.Length > 0 ? source : null,
            Anonymous = source.Length == 0,
            Destination = destination,
            Driver = volumeDriver.Length > 0 ? volumeDriver : null,
            Mode = mode.Length > 0 ? mode : "z",
            Writable = writable,
            NoCopy = mode.Split(',').Contains("nocopy"),
        };
    }
}
