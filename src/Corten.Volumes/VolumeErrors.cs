using Corten.Oci.Errors;

namespace Corten.Volumes;

/// <summary>Docker's words for what goes wrong with volumes: operation, volume, cause.</summary>
internal static class VolumeErrors
{
    public static CortenException NoSuchVolume(string operation, string name) => CortenException.NotFound($"{operation} {name}".TrimEnd() + ": no such volume");

    public static CortenException InUse(string name, IReadOnlyList<string> containers) =>
        CortenException.Conflict($"remove {name}: volume is in use - [{string.Join(", ", containers)}]");

    public static CortenException OtherDriver(string name, string driver) =>
        CortenException.Conflict($"create {name}: driver '{driver}' already has volume '{name}': volume name must be unique");

    /// <summary>The same failure with the operation and the volume before it.</summary>
    public static CortenException During(string operation, string name, CortenException cause) =>
        new(cause.Kind, $"{operation} {name}: {cause.Message}", cause);
}
