using System.Text;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Linux.Tests.Files;

/// <summary>The calls behave as their manual pages say; with that, the constants of this architecture are right.</summary>
public sealed class FileAtTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("corten-linux-").FullName;
    private readonly SafeFileHandle _folder;

    public FileAtTests() => _folder = FileAt.Open(_path, OpenFlags.ReadOnly | OpenFlags.Directory);

    public void Dispose()
    {
        _folder.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    private void Put(string name, string content = "") => File.WriteAllText(Path.Combine(_path, name), content);

    [Fact]
    public void A_link_is_not_followed_when_told_so()
    {
        Put("file");
        Assert.True(FileAt.MakeSymbolicLink("file"u8, _folder, "link"u8));
        Assert.Equal(Errno.ELOOP, Assert.Throws<LinuxException>(() => FileAt.Open(_folder, "link"u8, OpenFlags.ReadOnly | OpenFlags.NoFollow)).Errno);
        FileAt.Open(_folder, "link"u8, OpenFlags.ReadOnly).Dispose();
        Assert.True(FileAt.Status(_folder, "link"u8).IsSymbolicLink);
        Assert.Equal("file"u8.ToArray(), FileAt.ReadLink(_folder, "link"u8));
    }

    [Fact]
    public void A_file_is_no_folder()
    {
        Put("file");
        Assert.Equal(Errno.ENOTDIR, Assert.Throws<LinuxException>(() => FileAt.Open(_folder, "file"u8, OpenFlags.ReadOnly | OpenFlags.Directory)).Errno);
    }

    [Fact]
    public void Descriptors_do_not_survive_exec()
    {
        using var handle = FileAt.OpenInRoot(_folder, "."u8, OpenFlags.Path);
        var flags = File.ReadAllLines($"/proc/self/fdinfo/{handle.DangerousGetHandle()}").First(line => line.StartsWith("flags:", StringComparison.Ordinal));
        Assert.NotEqual(0, Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & OpenFlags.CloseOnExec);
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("../../../../etc")]
    [InlineData("absolute/")]
    [InlineData("climbing/..")]
    public void Nothing_leads_out_of_a_root(string path)
    {
        Assert.True(FileAt.MakeDirectory(_folder, "etc"u8, 0x1ED));
        FileAt.MakeSymbolicLink("/etc"u8, _folder, "absolute"u8);
        FileAt.MakeSymbolicLink("../../../../etc"u8, _folder, "climbing"u8);
        using var found = FileAt.OpenInRoot(_folder, Encoding.UTF8.GetBytes(path), OpenFlags.Path | OpenFlags.Directory);
        Assert.Equal(FileAt.Status(_folder).Device, FileAt.Status(found).Device);
        Assert.Contains(FileAt.Status(found).Inode, new[] { FileAt.Status(_folder).Inode, FileAt.Status(_folder, "etc"u8).Inode });
    }

    [Fact]
    public void Magic_links_are_refused()
    {
        using var proc = FileAt.Open("/proc", OpenFlags.Path | OpenFlags.Directory);
        Assert.Null(FileAt.TryOpenResolved(proc, "self/root"u8, OpenFlags.Path, 0, Resolve.InRoot | Resolve.NoMagicLinks, out var errno));
        Assert.Equal(Errno.ELOOP, errno);
    }

    [Fact]
    public void What_exists_is_not_made_again()
    {
        Assert.True(FileAt.MakeDirectory(_folder, "d"u8, 0x1ED));
        Assert.False(FileAt.MakeDirectory(_folder, "d"u8, 0x1ED));
        Assert.False(FileAt.MakeSymbolicLink("x"u8, _folder, "d"u8));
        Assert.False(FileAt.MakeNode(_folder, "d"u8, FileType.Fifo | 0x180, 0, 0));
        Assert.Null(FileAt.TryCreate(_folder, "d"u8, 0x180));
        Assert.True(FileAt.RemoveDirectory(_folder, "d"u8));
        Assert.False(FileAt.RemoveDirectory(_folder, "d"u8));
        Assert.False(FileAt.Unlink(_folder, "d"u8));
    }

    [Fact]
    public void Names_are_bytes_and_bounded()
    {
        using (FileAt.TryCreate(_folder, [0xFF, (byte)'\n', 0x80], 0x180))
        {
        }

        Assert.Equal([0xFF, (byte)'\n', 0x80], Assert.Single(DirectoryEntries.Read(_folder)).Name);
        // .NET's own deletion stumbles over it.
        Assert.True(FileAt.Unlink(_folder, [0xFF, (byte)'\n', 0x80]));
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => FileAt.Unlink(_folder, "a\0b"u8)).Errno);
        Assert.Equal(Errno.ENAMETOOLONG, Assert.Throws<LinuxException>(() => FileAt.Unlink(_folder, new byte[5000].Select(_ => (byte)'x').ToArray())).Errno);
    }

    [Fact]
    public void Many_names_are_all_read()
    {
        for (var i = 0; i < 3000; i++)
        {
            Put($"file-with-a-name-{i:d5}");
        }

        var names = DirectoryEntries.ReadSorted(_folder).Select(entry => Encoding.ASCII.GetString(entry.Name)).ToList();
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => $"file-with-a-name-{i:d5}"), names);
    }

    [Fact]
    public void Times_keep_their_nanoseconds()
    {
        Put("file");
        FileAt.SetTimes(_folder, "file"u8, new FileTime(1, 2), new FileTime(-3, 999_999_999));
        var status = FileAt.Status(_folder, "file"u8);
        Assert.Equal((new FileTime(1, 2), new FileTime(-3, 999_999_999)), (status.Accessed, status.Modified));
        Assert.Equal(status.Modified with { Nanoseconds = 999_999_900 }, FileTime.From(status.Modified.ToDateTime()));
    }

    [Fact]
    public void A_mode_is_changed_of_the_name_not_of_what_it_links_to()
    {
        Put("file");
        FileAt.MakeNode(_folder, "pipe"u8, FileType.Fifo | 0x180, 0, 0);
        FileAt.ChangeMode(_folder, "pipe"u8, 0x1FF);
        Assert.Equal(0x1FFu, FileAt.Status(_folder, "pipe"u8).Permissions);
        FileAt.MakeSymbolicLink("file"u8, _folder, "link"u8);
        var before = FileAt.Status(_folder, "file"u8).Mode;
        Assert.Throws<LinuxException>(() => FileAt.ChangeMode(_folder, "link"u8, 0x1FF));
        Assert.Equal(before, FileAt.Status(_folder, "file"u8).Mode);
    }

    [Fact]
    public void Attributes_hold_any_bytes_and_large_values()
    {
        Put("file");
        using var file = FileAt.Open(_folder, "file"u8, OpenFlags.ReadWrite);
        byte[] large = [.. Enumerable.Range(0, 3000).Select(i => (byte)i)];
        ExtendedAttributes.Set(file, "user.binary"u8, [0, 10, 61]);
        ExtendedAttributes.Set(file, "user.large"u8, large);
        Assert.Equal([0, 10, 61], ExtendedAttributes.Get(file, "user.binary"u8)!);
        Assert.Equal(large, ExtendedAttributes.Get(_folder, "file"u8, "user.large"u8)!);
        Assert.Null(ExtendedAttributes.Get(file, "user.none"u8));
        Assert.Equal(["user.binary", "user.large"], ExtendedAttributes.List(_folder, "file"u8).Select(Encoding.ASCII.GetString)
            .Where(name => name.StartsWith("user.", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Holes_are_found()
    {
        using var file = FileAt.TryCreate(_folder, "sparse"u8, 0x180)!;
        OpenFile.SetLength(file, 1 << 20);
        OpenFile.Seek(file, 1 << 19);
        OpenFile.Write(file, "data"u8);
        Assert.Equal(1 << 19, OpenFile.NextData(file, 0));
        Assert.InRange(OpenFile.NextHole(file, 1 << 19), (1 << 19) + 4, (1 << 19) + 65536);
        Assert.Equal(-1, OpenFile.NextData(file, (1 << 20) - 1));
    }
}
