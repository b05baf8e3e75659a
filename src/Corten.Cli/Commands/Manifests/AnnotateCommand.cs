using Corten.Cli.Grammar;
using Corten.Cli.Shell;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Manifests;

/// <summary>Says of an image of a list what it runs on.</summary>
internal static class AnnotateCommand
{
    private static readonly string[] Bsd = ["386", "amd64", "arm"];

    /// <summary>The systems and processors that Docker's client takes.</summary>
    private static readonly Dictionary<string, string[]> Known = new()
    {
        ["darwin"] = ["386", "amd64", "arm", "arm64"],
        ["dragonfly"] = ["amd64"],
        ["freebsd"] = Bsd,
        ["linux"] = ["386", "amd64", "arm", "arm64", "ppc64le", "mips64", "mips64le", "riscv64", "s390x"],
        ["netbsd"] = Bsd,
        ["openbsd"] = Bsd,
        ["plan9"] = ["386", "amd64"],
        ["solaris"] = ["amd64"],
        ["windows"] = ["386", "amd64", "arm", "arm64"],
    };

    public static Command Define() => new("[OPTIONS] MANIFEST_LIST MANIFEST", "Add additional information to a local image manifest")
    {
        Min = 2,
        Max = 2,
        Options =
        [
            Text("arch", "Processor"), Text("os", "Operating system"), Csv("os-features", "Features that the operating system must have"), Text("os-version", "Version of the operating system"),
            Text("variant", "Variant of the processor"),
        ],
        Run = Run,
    };

    private static int Run(Invocation call)
    {
        var list = ManifestCommands.Name(call.Args[0], "manifest list");
        var image = ManifestCommands.Name(call.Args[1], "manifest");
        var store = new ManifestStore(call);
        var entry = store.Find(list, image) ?? throw new CommandException($"manifest for image {call.Args[1]} does not exist in {call.Args[0]}");
        var (old, os, arch) = (entry.Platform, call.Text("os"), call.Text("arch"));
        var platform = new ManifestPlatform(
            arch.Length > 0 ? arch : old.Architecture, os.Length > 0 ? os : old.Os, call.Has("os-version") ? call.Text("os-version") : old.OsVersion,
            [.. old.OsFeatures.Union(call.List("os-features"))], call.Has("variant") ? call.Text("variant") : old.Variant);
        if (!Known.TryGetValue(platform.Os, out var processors) || !processors.Contains(platform.Architecture))
        {
            throw new CommandException($"manifest entry for image has unsupported os/arch combination: {os}/{arch}");
        }
        store.Save(list, image, entry with { Platform = platform });
        return 0;
    }
}
