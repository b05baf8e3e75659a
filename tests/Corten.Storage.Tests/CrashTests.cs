using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Corten.Oci.Image;

namespace Corten.Storage.Tests;

/// <summary>
/// A process that stores things is killed at random moments; what it had acknowledged must be there when the next one starts, whole, and
/// nothing else may be left on disk.
/// </summary>
public sealed class CrashTests : IDisposable
{
    private const string RootVariable = "CORTEN_TEST_CRASH_ROOT";
    private readonly TemporaryRoot _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_killed_process_leaves_what_it_acknowledged_and_nothing_half_done()
    {
        var acknowledged = Path.Combine(_root.Path, "acknowledged");
        for (var round = 0; round < 6; round++)
        {
            await RunAndKill(acknowledged, atLeast: 3 * (round + 1), TimeSpan.FromMilliseconds(Random.Shared.Next(5, 150)));
            Check(acknowledged);
        }
    }

    /// <summary>Not a test of its own: what the killed process runs. Does nothing in an ordinary run.</summary>
    [Fact]
    public async Task The_process_that_gets_killed()
    {
        if (Environment.GetEnvironmentVariable(RootVariable) is not { } root)
        {
            return;
        }

        var stores = Stores.Open(Path.Combine(root, "data"));
        stores.Garbage.SweepAtStart();
        await using var log = new FileStream(Path.Combine(root, "acknowledged"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        async Task Acknowledge(string line) => await log.WriteAsync(System.Text.Encoding.ASCII.GetBytes(line + "\n"));
        Digest parent = default;
        var containers = new Queue<string>();
        for (var i = 0; ; i++)
        {
            var name = Guid.NewGuid().ToString("n");
            var archive = new ArchiveBuilder().Folder("d");
            for (var file = 0; file < 30; file++)
            {
                archive.File($"d/{name}-{file}", name);
            }

            var layer = await stores.Layers.ApplyAsync(i % 5 == 0 ? default : parent, new MemoryStream(archive.ToGzip()));
            parent = layer.Key;
            await Acknowledge($"layer {layer.Key} {name}");
            await Acknowledge($"blob {await stores.Content.AddAsync(RandomNumberGenerator.GetBytes(300_000))}");
            await stores.Snapshots.CreateAsync(name, layer.Key);
            await File.WriteAllTextAsync(Path.Combine(stores.Snapshots.UpperOf(name), "written"), name);
            await Acknowledge($"container {name}");
            containers.Enqueue(name);
            if (containers.Count > 3)
            {
                var old = containers.Dequeue();
                await Acknowledge($"removing {old}");
                stores.Snapshots.Remove(old);
            }
        }
    }

    private async Task RunAndKill(string acknowledged, int atLeast, TimeSpan after)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
        {
            start.ArgumentList.Add(typeof(CrashTests).Assembly.Location);
        }

        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(CrashTests).FullName}.{nameof(The_process_that_gets_killed)}");
        start.Environment[RootVariable] = _root.Path;
        using var victim = Process.Start(start)!;
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            while (!File.Exists(acknowledged) || File.ReadAllLines(acknowledged).Length < atLeast)
            {
                Assert.False(victim.HasExited, "the process ended by itself");
                await Task.Delay(5, patience.Token);
            }

            await Task.Delay(after);
        }
        finally
        {
            victim.Kill();
            await victim.WaitForExitAsync();
        }
    }

    private void Check(string acknowledged)
    {
        using var stores = Stores.Open(Path.Combine(_root.Path, "data"));
        stores.Garbage.SweepAtStart();
        Assert.Null(stores.Database.RecoveredFrom);
        // The last line may be half written.
        var text = File.ReadAllText(acknowledged);
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToList();
        var removed = lines.Where(line => line[0] == "removing").Select(line => line[1]).ToHashSet();
        foreach (var line in lines)
        {
            switch (line[0])
            {
                case "layer":
                    var path = stores.Layers.PathOf(stores.Layers.Get(Digest.Parse(line[1])));
                    Assert.Equal(30, Directory.GetFiles(Path.Combine(path, "d")).Count(file => File.ReadAllText(file) == line[2]));
                    break;
                case "blob":
                    var digest = Digest.Parse(line[1]);
                    Assert.Equal(digest, Digest.Of(File.ReadAllBytes(stores.Content.PathOf(digest))));
                    break;
                case "container" when !removed.Contains(line[1]):
                    Assert.Equal(line[1], File.ReadAllText(Path.Combine(stores.Snapshots.UpperOf(line[1]), "written")));
                    break;
            }
        }

        var folders = Directory.GetDirectories(stores.Root.Layers).Select(folder => long.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture));
        Assert.Equal(stores.Layers.List().Select(layer => layer.Directory).Append(0).Distinct().Order(), folders.Order());
        Assert.Equal(stores.Content.List().Select(blob => blob.Digest.Hex).Order(),
            Directory.GetFiles(Path.Combine(stores.Root.Content, "blobs", "sha256")).Select(Path.GetFileName).Order());
        Assert.Empty(Directory.GetFileSystemEntries(stores.Root.Temporary));
        Assert.Equal(stores.Snapshots.List().Select(snapshot => snapshot.Id).Order(),
            Directory.GetDirectories(stores.Root.Containers).Where(folder => Directory.Exists(Path.Combine(folder, "upper"))).Select(Path.GetFileName).Order());
    }
}
