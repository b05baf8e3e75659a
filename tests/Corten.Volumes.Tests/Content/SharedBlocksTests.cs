using System.Diagnostics;

namespace Corten.Volumes.Tests.Content;

/// <summary>Snapshots on a file system that can share blocks: an XFS in a file, mounted for the test.</summary>
public sealed class SharedBlocksTests : IDisposable
{
    private const int FileSize = 64 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("corten-volumes-xfs-").FullName;

    public SharedBlocksTests()
    {
        var image = Path.Combine(_folder, "image");
        using (var file = File.Create(image))
        {
            file.SetLength(512L << 20);
        }

        Run("mkfs.xfs", "-q", "-m", "reflink=1", image);
        Directory.CreateDirectory(Mount);
        Run("mount", "-o", "loop", image, Mount);
    }

    private string Mount => Path.Combine(_folder, "mount");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Run("umount", Mount);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_snapshot_of_a_volume_in_use_shares_its_blocks_and_keeps_its_content()
    {
        using var fixture = new VolumeFixture(Mount);
        await fixture.CreateAsync("data");
        var path = Path.Combine(fixture.Data("data"), "file");
        await File.WriteAllBytesAsync(path, Enumerable.Repeat((byte)'a', FileSize).ToArray(), Cancellation);
        Run("sync", "-f", path);
        var free = new DriveInfo(Mount).AvailableFreeSpace;
        // Somebody has it open for writing all the while.
        await using var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var snapshot = await fixture.Volumes.Content.SnapshotAsync("data", "before", Cancellation);
        Assert.InRange(new DriveInfo(Mount).AvailableFreeSpace, free - (FileSize / 4), long.MaxValue);
        writer.Write("changed"u8);
        await writer.FlushAsync(Cancellation);
        var kept = await File.ReadAllBytesAsync(Path.Combine(snapshot.Mountpoint, "file"), Cancellation);
        Assert.Equal((FileSize, false), (kept.Length, kept.AsSpan().ContainsAnyExcept((byte)'a')));
        Assert.Equal((byte)'c', (await File.ReadAllBytesAsync(path, Cancellation))[0]);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors}");
    }
}
