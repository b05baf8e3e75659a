using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Corten.Architecture.Tests;

/// <summary>The one rule of imports (docs/architecture.md), checked on the built assemblies.</summary>
public sealed class ImportsRunDownwardTests
{
    /// <summary>The floor of each assembly. A new assembly takes its place here before it can be built upon.</summary>
    private static readonly Dictionary<string, int> Floors = new()
    {
        ["Corten.Oci"] = 0,
        ["Corten.Linux"] = 1,
        ["Corten.EngineApi"] = 1,
        ["Corten.Supervision"] = 1,
        ["Corten.Storage"] = 2,
        ["corten-runtime"] = 2,
        ["Corten.Client"] = 2,
        ["Corten.Distribution"] = 3,
        ["Corten.Networks"] = 3,
        ["Corten.Volumes"] = 3,
        ["Corten.Images"] = 4,
        ["corten"] = 4,
        ["Corten.Containers"] = 5,
        ["Corten.Build"] = 6,
        ["cortend"] = 7,
    };

    private static readonly string[] ClientSide = ["corten", "Corten.Client"];

    private static readonly string[] DaemonSide =
        ["cortend", "Corten.Build", "Corten.Containers", "Corten.Images", "Corten.Networks", "Corten.Volumes", "Corten.Distribution", "Corten.Storage"];

    public static TheoryData<string> Assemblies => new(Directory.GetFiles(AppContext.BaseDirectory, "*.dll")
        .Select(path => Path.GetFileNameWithoutExtension(path)!)
        .Where(name => name.StartsWith("Corten.", StringComparison.Ordinal) || name.StartsWith("corten", StringComparison.Ordinal))
        .Where(name => !name.EndsWith(".Tests", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void An_assembly_imports_only_lower_floors(string name)
    {
        Assert.True(Floors.TryGetValue(name, out var floor), $"{name} stands on no floor: add it to the table here and to docs/architecture.md");
        foreach (var import in ImportsOf(name))
        {
            Assert.True(Floors[import] < floor, $"{name} (floor {floor}) imports {import} (floor {Floors[import]})");
        }
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Client_and_daemon_do_not_import_each_other(string name)
    {
        var forbidden = ClientSide.Contains(name) ? DaemonSide : DaemonSide.Contains(name) ? ClientSide : [];
        Assert.Empty(ImportsOf(name).Intersect(forbidden));
    }

    /// <summary>It is linked statically and forked: what loads a library at run time, as the cryptography classes load OpenSSL, ends it now and then.</summary>
    [Theory]
    [InlineData("corten-runtime")]
    [InlineData("Corten.Supervision")]
    public void What_runs_in_forked_processes_uses_no_OpenSSL(string name) =>
        Assert.DoesNotContain("System.Security.Cryptography", ReferencesOf(name));

    [Fact]
    public void Every_assembly_was_seen() => Assert.Equal(Floors.Keys.Order(), Assemblies.Select(row => row.Data).Order());

    private static List<string> ImportsOf(string name) => [.. ReferencesOf(name)
        .Where(import => import.StartsWith("Corten.", StringComparison.Ordinal) || import.StartsWith("corten", StringComparison.Ordinal))];

    private static List<string> ReferencesOf(string name)
    {
        using var pe = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll")));
        var metadata = pe.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
