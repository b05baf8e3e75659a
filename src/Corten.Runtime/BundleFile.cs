using System.Text.Json;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;

namespace Corten.Runtime;

/// <summary>A bundle's <c>config.json</c>.</summary>
internal static class BundleFile
{
    private const int SizeLimit = 16 << 20;

    public static string PathIn(string bundle) => Path.Combine(bundle, "config.json");

    public static RuntimeSpec Read(string bundle) => Parse(ReadBytes(PathIn(bundle)));

    public static byte[] ReadBytes(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > SizeLimit) throw CortenException.Invalid($"{path} is larger than {SizeLimit} bytes");
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CortenException.NotFound($"JSON specification file {path} not found");
        }
    }

    public static RuntimeSpec Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return RuntimeSpecReader.ReadSpec(json) ?? throw CortenException.Invalid("config.json is empty");
        }
        catch (JsonException e)
        {
            throw CortenException.Invalid($"config.json: {e.Message}", e);
        }
    }

    /// <summary>Code that has run once is in memory; done before anyone waits.</summary>
    public static void WarmUp() => Parse("""{"ociVersion":"1.3.0","root":{"path":"/"},"process":{"args":["x"],"cwd":"/","user":{"uid":0}},"mounts":[],"linux":{}}"""u8);
}
