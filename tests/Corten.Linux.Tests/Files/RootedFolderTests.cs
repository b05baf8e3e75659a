using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Tests.Files;

public sealed class RootedFolderTests : IDisposable
{
    private readonly string _outside = Directory.CreateTempSubdirectory("corten-rooted-").FullName;
    private readonly string _inside;
    private readonly RootedFolder _root;

    public RootedFolderTests()
    {
        _inside = Directory.CreateDirectory(Path.Combine(_outside, "root")).FullName;
        _root = RootedFolder.Open(_inside);
    }

    public void Dispose()
    {
        _root.Dispose();
        Directory.Delete(_outside, recursive: true);
    }

    [Theory]
    [InlineData("link/made", "/target")]
    [InlineData("link/made", "../../../target")]
    [InlineData("../../made", null)]
    [InlineData("link/made", "target")]
    public void Whatever_a_path_says_it_ends_inside(string path, string? link)
    {
        if (link is not null) File.CreateSymbolicLink(Path.Combine(_inside, "link"), link);
        using SafeFileHandle made = _root.MakeDirectory(path);
        string place = File.ResolveLinkTarget($"/proc/self/fd/{made.Number()}", returnFinalTarget: false)!.FullName;
        Assert.StartsWith(_inside + "/", place);
        Assert.Equal(["root"], Directory.GetFileSystemEntries(_outside).Select(Path.GetFileName));
    }

    [Fact]
    public void A_dangling_link_is_filled_in_where_it_points()
    {
        Directory.CreateDirectory(Path.Combine(_inside, "etc"));
        File.CreateSymbolicLink(Path.Combine(_inside, "etc", "resolv.conf"), "/run/systemd/stub.conf");
        _root.MakeFile("/etc/resolv.conf").Dispose();
        Assert.True(File.Exists(Path.Combine(_inside, "run", "systemd", "stub.conf")));
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(Path.Combine(_inside, "a"), "b");
        File.CreateSymbolicLink(Path.Combine(_inside, "b"), "a");
        Assert.Equal(Errno.ELOOP, Assert.Throws<LinuxException>(() => _root.MakeDirectory("a/x")).Errno);
    }

    [Fact]
    public void A_plain_place_is_reached_through_no_link()
    {
        Directory.CreateDirectory(Path.Combine(_inside, "real"));
        File.CreateSymbolicLink(Path.Combine(_inside, "link"), "real");
        _root.TryOpenPlain("real")!.Dispose();
        Assert.Null(_root.TryOpenPlain("missing"));
        Assert.Equal(Errno.ELOOP, Assert.Throws<LinuxException>(() => _root.TryOpenPlain("link")).Errno);
    }

    /// <summary>The flag's value depends on the architecture: a wrong one would follow the link.</summary>
    [Fact]
    public void No_follow_does_not_follow()
    {
        File.CreateSymbolicLink(Path.Combine(_inside, "link"), "real");
        using SafeFileHandle link = _root.TryOpenPath("link", followLast: false)!;
        Assert.Equal(FileKind.SymbolicLink, FileFacts.Of(link).Kind);
    }
}
