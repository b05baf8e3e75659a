using Corten.Daemon.Configuration;
using Corten.Distribution;
using Corten.Volumes;

namespace Corten.Daemon;

/// <summary>What each capability needs to know of the daemon's options, in the capability's own words.</summary>
internal static class Settings
{
    public static RegistrySettings OfRegistries(DaemonOptions options) => new()
    {
        Mirrors = [.. options.RegistryMirrors.Select(m => new Uri(m))],
        InsecureRegistries = options.InsecureRegistries,
        MaxConcurrentDownloads = options.MaxConcurrentDownloads,
        MaxConcurrentUploads = options.MaxConcurrentUploads,
        MaxAttempts = options.MaxDownloadAttempts,
    };

    public static VolumeSettings OfVolumes(DaemonOptions options) => new()
    {
        Root = Path.Combine(options.DataRoot, "volumes"),
        PartsRoot = Path.Combine(options.ExecRoot, "volumes"),
    };

    /// <summary><c>corten-runtime</c>: as configured, or beside this program.</summary>
    public static string RuntimePath(DaemonOptions options) =>
        options.RuntimePath ?? Path.Combine(Path.GetDirectoryName(Environment.ProcessPath)!, "corten-runtime");
}
