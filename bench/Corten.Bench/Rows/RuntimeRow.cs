namespace Corten.Bench.Rows;

/// <summary><c>run</c> of <c>true</c> from a bundle, by OCI runtimes alone.</summary>
public sealed class RuntimeRow : IRow
{
    private string? _folder;

    public string Name => "OCI runtime, run true";

    public async Task<IReadOnlyList<Way>> PrepareAsync(Settings settings, CancellationToken cancel)
    {
        if (settings.Crun is null)
        {
            throw new InvalidOperationException("needs --crun PATH");
        }

        _folder = Directory.CreateTempSubdirectory("corten-bench").FullName;
        var rootfs = Path.Combine(_folder, "rootfs");
        Directory.CreateDirectory(Path.Combine(rootfs, "bin"));
        File.Copy("/bin/busybox", Path.Combine(rootfs, "bin", "true"));
        await Command.OutputAsync([settings.Crun, "spec", "--bundle", _folder]);
        var config = Path.Combine(_folder, "config.json");
        var spec = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(config, cancel))!;
        spec["process"]!["terminal"] = false;
        spec["process"]!["args"] = new System.Text.Json.Nodes.JsonArray("/bin/true");
        await File.WriteAllTextAsync(config, spec.ToJsonString(), cancel);
        var count = 0;
        return
        [
            new("crun", () => Command.TimeAsync([settings.Crun, "run", "--bundle", _folder, $"bench-c{count++}"])),
            new("corten-runtime", () => Command.TimeAsync([settings.Runtime, "--root", Path.Combine(_folder, "state"), "run", "--bundle", _folder, $"bench-r{count++}"])),
        ];
    }

    public Task CleanAsync(Settings settings)
    {
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }

        return Task.CompletedTask;
    }
}
