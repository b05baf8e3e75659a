using System.Globalization;

namespace Corten.Bench.Rows;

/// <summary>A build of a context that the row makes, against <c>docker buildx build</c> on the real engine. The first round sends the context and counts for nobody.</summary>
/// <param name="name">What is built.</param>
/// <param name="dockerfile">The Dockerfile's text.</param>
/// <param name="fill">Puts the context's files into a folder.</param>
/// <param name="cold">Every step runs again.</param>
/// <param name="change">Done to the folder before each build; null for nothing.</param>
public sealed class BuildRow(string name, string dockerfile, Action<string> fill, bool cold, Action<string>? change = null) : IRow
{
    private const int FilesOfMany = 10_000;
    private const int FilesOfAFolder = 100;
    private const int BigFile = 500_000_000;

    private string? _folder;

    public string Name => name;

    public static IReadOnlyList<BuildRow> All =>
    [
        new("build: everything cached, 10,000 files", "FROM busybox\nWORKDIR /app\nRUN echo installed >deps\nCOPY . .\nRUN find . -type f | wc -l >count\n", Many, cold: false),
        new("build: one of 10,000 files changed", "FROM busybox\nWORKDIR /app\nRUN echo installed >deps\nCOPY . .\nRUN test -s 0/0\n", Many, cold: false,
            folder => File.WriteAllText(Path.Combine(folder, "5", "5"), Guid.NewGuid().ToString())),
        new("build: three stages, cold",
            "FROM busybox AS deps\nCOPY 0 /deps\nRUN cat /deps/* | sha256sum >/sum\nFROM busybox AS build\nCOPY --from=deps /sum /sum\nCOPY 1 /src\nRUN cat /src/* /sum >/out\n"
            + "FROM busybox\nCOPY --from=build /out /app/out\nRUN chown 1000 /app/out\nUSER 1000\nCMD [\"cat\", \"/app/out\"]\n", Many, cold: true),
        new("build: eight independent stages, cold", Eight("echo {0} >/{0}"), _ => { }, cold: true),
        new("build: eight independent stages of some 0.2 s of work each, cold", Eight("head -c 20000000 /dev/zero | sha256sum >/{0}"), _ => { }, cold: true),
        new("build: COPY of 500 MB", "FROM busybox\nCOPY big /big\n", Big, cold: true),
        new("build: npm ci with a cache mount (needs the image node:20-alpine, see tests/images)", Packages.Dockerfile, Packages.Fill, cold: true),
    ];

    public Task<IReadOnlyList<Way>> PrepareAsync(Settings settings, CancellationToken cancel)
    {
        var folder = _folder = Directory.CreateTempSubdirectory("corten-bench-").FullName;
        fill(folder);
        File.WriteAllText(Path.Combine(folder, "Dockerfile"), dockerfile);
        return Task.FromResult<IReadOnlyList<Way>>(
        [
            new("docker, Docker Engine", () => BuildAsync("docker", settings.DockerHost, folder)),
            new("docker, cortend", () => BuildAsync("docker", settings.CortenHost, folder)),
            new("corten, cortend", () => BuildAsync(settings.Corten, settings.CortenHost, folder)),
        ]);
    }

    public async Task CleanAsync(Settings settings)
    {
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }

        foreach (var host in new[] { settings.DockerHost, settings.CortenHost })
        {
            await Command.OutputAsync(["docker", "image", "rm", "-f", "corten-bench-build"], host);
        }
    }

    private async Task<double> BuildAsync(string client, string host, string folder)
    {
        change?.Invoke(folder);
        return await Command.TimeAsync([client, "build", "-q", "--network", "none", .. cold ? new[] { "--no-cache" } : [], "-t", "corten-bench-build", folder], host);
    }

    /// <summary>Eight stages with one command each, and one that takes a file from each of them.</summary>
    private static string Eight(string command) =>
        string.Concat(Enumerable.Range(0, 8).Select(i => $"FROM busybox AS s{i}\nRUN {string.Format(CultureInfo.InvariantCulture, command, i)}\n"))
        + "FROM busybox\n" + string.Concat(Enumerable.Range(0, 8).Select(i => $"COPY --from=s{i} /{i} /{i}\n"));

    private static void Many(string folder)
    {
        for (var i = 0; i < FilesOfMany; i++)
        {
            var path = Path.Combine(folder, $"{i / FilesOfAFolder}", $"{i % FilesOfAFolder}");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, $"file {i}\n");
        }
    }

    private static void Big(string folder)
    {
        using var file = File.Create(Path.Combine(folder, "big"));
        var block = new byte[1_000_000];
        for (var written = 0; written < BigFile; written += block.Length)
        {
            Random.Shared.NextBytes(block);
            file.Write(block);
        }
    }
}
