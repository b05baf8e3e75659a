using System.Text.Json;
using System.Text.Json.Serialization;
using Corten.Oci.Errors;
using YamlDotNet.Core;

namespace Corten.Containers.Devices;

/// <summary>The vendors' specifications in the CDI folders.</summary>
public static class CdiSpecifications
{
    /// <summary>The full names of all devices (<c>vendor.com/class=name</c>), in order. A file that can't be read has none: using a device of its is what fails.</summary>
    public static IReadOnlyList<string> DeviceNames(IReadOnlyList<string> folders) =>
        [.. Files(folders).Select(TryRead).OfType<CdiSpecification>()
            .SelectMany(specification => (specification.Devices ?? []).Select(device => $"{specification.Kind}={device.Name}")).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Those of later folders first: they win.</summary>
    /// <exception cref="CortenException">A file is malformed.</exception>
    internal static IReadOnlyList<CdiSpecification> Read(IReadOnlyList<string> folders) => [.. Files(folders).Select(Read).OfType<CdiSpecification>()];

    private static IEnumerable<string> Files(IReadOnlyList<string> folders) =>
        folders.Reverse().Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".json" or ".yaml").Order(StringComparer.Ordinal));

    private static CdiSpecification? Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return file.EndsWith(".yaml", StringComparison.Ordinal)
                ? JsonSerializer.Deserialize(YamlAsJson.Convert(new StreamReader(stream)).Span, CdiJson.Default.CdiSpecification)
                : JsonSerializer.Deserialize(stream, CdiJson.Default.CdiSpecification);
        }
        catch (Exception e) when (e is JsonException or YamlException)
        {
            throw CortenException.Internal($"CDI specification {file}: {e.Message}", e);
        }
    }

    private static CdiSpecification? TryRead(string file)
    {
        try
        {
            return Read(file);
        }
        catch (Exception problem) when (problem is CortenException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>A file of the CDI (cncf.io, CDI specification 0.8).</summary>
internal sealed record CdiSpecification
{
    public string CdiVersion { get; set; } = "";
    public string Kind { get; set; } = "";
    public List<CdiDevice>? Devices { get; set; }
    public CdiContainerEdits? ContainerEdits { get; set; }
}

internal sealed record CdiDevice
{
    public string Name { get; set; } = "";
    public CdiContainerEdits? ContainerEdits { get; set; }
}

internal sealed record CdiContainerEdits
{
    public List<string>? Env { get; set; }
    public List<CdiDeviceNode>? DeviceNodes { get; set; }
    public List<CdiMount>? Mounts { get; set; }
    public List<CdiHook>? Hooks { get; set; }
}

internal sealed record CdiDeviceNode
{
    public string Path { get; set; } = "";
    public string? HostPath { get; set; }
    public string? Type { get; set; }
    public long? Major { get; set; }
    public long? Minor { get; set; }
    public uint? FileMode { get; set; }
    public string? Permissions { get; set; }
    public uint? Uid { get; set; }
    public uint? Gid { get; set; }
}

internal sealed record CdiMount
{
    public string HostPath { get; set; } = "";
    public string ContainerPath { get; set; } = "";
    public string? Type { get; set; }
    public List<string>? Options { get; set; }
}

internal sealed record CdiHook
{
    public string HookName { get; set; } = "";
    public string Path { get; set; } = "";
    public List<string>? Args { get; set; }
    public List<string>? Env { get; set; }
    public int? Timeout { get; set; }
}

[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(CdiSpecification))]
internal sealed partial class CdiJson : JsonSerializerContext;
