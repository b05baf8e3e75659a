namespace Corten.Networks.Drivers;

/// <summary>Kernel settings below <c>/proc/sys/net</c>, of the network namespace that the calling thread is in.</summary>
internal static class Sysctl
{
    /// <summary>Writes a value unless it is there already. The key is given with slashes, since a link's name may contain dots.</summary>
    public static void Write(string key, string value)
    {
        var path = Path(key);
        if (File.ReadAllText(path).Trim() != value)
        {
            File.WriteAllText(path, value);
        }
    }

    /// <summary>As <see cref="Write"/>, where the kernel may be built without what the key belongs to (IPv6).</summary>
    public static void WriteIfPresent(string key, string value)
    {
        if (File.Exists(Path(key)))
        {
            Write(key, value);
        }
    }

    public static string Read(string key) => File.ReadAllText(Path(key)).Trim();

    public static bool Exists(string key) => File.Exists(Path(key));

    private static string Path(string key) => "/proc/sys/net/" + key;
}
