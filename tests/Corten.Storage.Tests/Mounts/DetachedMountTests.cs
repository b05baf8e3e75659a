using System.Text;
using Corten.Linux;
using Corten.Linux.Files;
using Corten.Storage.Mounts;
using Corten.Supervision.Launcher;

namespace Corten.Storage.Tests.Mounts;

public sealed class DetachedMountTests : IDisposable
{
    private readonly TemporaryRoot _root = new();

    public void Dispose() => _root.Dispose();

    private OverlayRootfs Overlay(int layers)
    {
        var lower = Enumerable.Range(0, layers).Select(i => _root.Folder($"lower{i}")).ToList();
        for (var i = 0; i < layers; i++)
        {
            File.WriteAllText(Path.Combine(lower[i], "name"), $"{i}");
            File.WriteAllText(Path.Combine(lower[i], $"only{i}"), "");
        }

        return new OverlayRootfs { Lower = lower, Upper = _root.Folder("upper"), Work = _root.Folder("work") };
    }

    private static string Read(DetachedMount mount, string path)
    {
        using var file = FileAt.OpenInRoot(mount.Root, Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly);
        var buffer = new byte[100];
        return Encoding.UTF8.GetString(buffer, 0, OpenFile.Read(file, buffer));
    }

    public static TheoryData<bool> Ways => [false, true];

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_topmost_layer_shows_and_writing_goes_to_the_upper(bool elsewhere)
    {
        var overlay = Overlay(3);
        using (var mount = elsewhere ? DetachedMount.OpenElsewhere(overlay) : DetachedMount.Open(overlay))
        {
            Assert.Equal("0", Read(mount, "name"));
            Assert.Equal("", Read(mount, "only2"));
            using var file = FileAt.TryCreate(mount.Root, "new"u8, 0x1A4)!;
            OpenFile.Write(file, "written"u8);
        }

        Assert.Equal("written", File.ReadAllText(Path.Combine(overlay.Upper!, "new")));
        Assert.DoesNotContain(_root.Path, File.ReadAllText("/proc/self/mountinfo"));
    }

    [Fact]
    public void Five_hundred_layers_are_possible()
    {
        using var mount = DetachedMount.Open(Overlay(500));
        Assert.Equal("", Read(mount, "only499"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Without_an_upper_folder_it_is_for_reading(int layers)
    {
        using var mount = DetachedMount.Open(Overlay(layers) with { Upper = null, Work = null });
        Assert.Equal("0", Read(mount, "name"));
        Assert.Equal(Errno.EROFS, Assert.Throws<LinuxException>(() => FileAt.TryCreate(mount.Root, "new"u8, 0x1A4)).Errno);
    }

    [Fact]
    public void A_running_process_is_looked_into_by_its_root()
    {
        using var mount = DetachedMount.OfProcess(Environment.ProcessId);
        Assert.Equal(FileAt.Status(FileAt.Open("/", OpenFlags.Path)).Inode, FileAt.Status(mount.Root).Inode);
    }
}
