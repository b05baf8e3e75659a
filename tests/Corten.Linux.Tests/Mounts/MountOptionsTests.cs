using Corten.Linux.Mounts;

namespace Corten.Linux.Tests.Mounts;

public sealed class MountOptionsTests
{
    [Fact]
    public void Options_are_sorted_by_what_they_concern()
    {
        MountOptions options = MountOptions.Parse(["rbind", "ro", "nosuid", "rslave", "rro", "size=1m", "sync", "tmpcopyup", "ridmap", "defaults"]);
        Assert.True(options is { Bind: true, Recursive: true, ReadOnly: true, CopyUp: true, IdMap: true, RecursiveIdMap: true });
        Assert.Equal(3ul, options.Set);
        Assert.Equal(1ul, options.RecursiveSet);
        Assert.Equal([(1ul << 19) | 16384], options.Propagation);
        Assert.Equal(["size=1m"], options.Data);
        Assert.Equal(["sync"], options.Flags);
    }

    [Fact]
    public void The_last_of_opposites_counts()
    {
        MountOptions writable = MountOptions.Parse(["ro", "rw"]);
        Assert.Equal((0ul, 1ul), (writable.Set, writable.Clear));
        MountOptions readOnly = MountOptions.Parse(["rw", "ro"]);
        Assert.Equal((1ul, 0ul), (readOnly.Set, readOnly.Clear));
        Assert.Equal(0x20ul, MountOptions.Parse(["noatime", "strictatime"]).Set);
    }

    [Fact]
    public void Overlay_options_survive_their_separators()
        => Assert.Equal(@"lowerdir=/a\:b:/c\,d,upperdir=/u,workdir=/w", OverlayMount.Options(["/a:b", "/c,d"], "/u", "/w"));
}
