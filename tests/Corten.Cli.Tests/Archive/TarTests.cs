using System.Text;
using Corten.Cli.Archive;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using CsCheck;

namespace Corten.Cli.Tests.Archive;

public sealed class TarTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("corten-tar-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static MemoryStream Pack(Action<TarWriter> write)
    {
        var archive = new MemoryStream();
        var writer = new TarWriter(archive);
        write(writer);
        writer.Finish();
        archive.Position = 0;
        return archive;
    }

    private static void Add(TarWriter writer, string name, char type, string content = "", string link = "")
    {
        var data = Encoding.UTF8.GetBytes(content);
        writer.Begin(new TarEntry { Name = Encoding.UTF8.GetBytes(name), Type = type, Mode = 0x1A4, Size = data.Length, LinkTarget = Encoding.UTF8.GetBytes(link), Modified = new FileTime(1_700_000_000, 5) });
        writer.WriteData(data);
        writer.End(data.Length);
    }

    [Fact]
    public void Long_names_times_and_links_survive()
    {
        var name = string.Concat(Enumerable.Repeat("långt/", 40)) + "x";
        using var archive = Pack(writer =>
        {
            Add(writer, name, TarEntry.Regular, "hello");
            Add(writer, "l", TarEntry.SymbolicLink, link: name);
        });
        var reader = new TarReader(archive);
        var first = reader.Next()!;
        Assert.Equal(name, Encoding.UTF8.GetString(first.Name));
        Assert.Equal(new FileTime(1_700_000_000, 5), first.Modified);
        var buffer = new byte[10];
        Assert.Equal(5, reader.Read(buffer));
        Assert.Equal(0, reader.Read(buffer));
        Assert.Equal(name, Encoding.UTF8.GetString(reader.Next()!.LinkTarget));
        Assert.Null(reader.Next());
    }

    [Fact]
    public void A_tree_comes_back_as_it_was()
    {
        var source = Directory.CreateDirectory(Path.Combine(folder, "source")).FullName;
        Directory.CreateDirectory(Path.Combine(source, "d"));
        File.WriteAllText(Path.Combine(source, "d", "f"), "content");
        File.SetUnixFileMode(Path.Combine(source, "d", "f"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(source, "link"), "d/f");
        var archive = new MemoryStream();
        var packer = new Packer(archive);
        packer.Add(source, "base");
        packer.Finish();
        Assert.Equal(7, packer.Copied);
        archive.Position = 0;
        using var unpacker = new Unpacker(folder, keepOwners: false);
        unpacker.Run(archive, static name => name);
        Assert.Equal("content", File.ReadAllText(Path.Combine(folder, "base", "d", "f")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(folder, "base", "d", "f")));
        Assert.Equal("d/f", new FileInfo(Path.Combine(folder, "base", "link")).LinkTarget);
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("a/../../escaped")]
    public void Names_that_lead_out_are_refused(string name)
    {
        var target = Directory.CreateDirectory(Path.Combine(folder, "in")).FullName;
        using var archive = Pack(writer => Add(writer, name, TarEntry.Regular, "evil"));
        using var unpacker = new Unpacker(target, keepOwners: false);
        Assert.ThrowsAny<CortenException>(() => unpacker.Run(archive, static name => name));
        Assert.False(File.Exists(Path.Combine(folder, "escaped")));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("..")]
    [InlineData("../..")]
    public void Nothing_is_written_through_a_link_that_leads_out(string link)
    {
        var target = Directory.CreateDirectory(Path.Combine(folder, "in")).FullName;
        using var archive = Pack(writer =>
        {
            Add(writer, "out", TarEntry.SymbolicLink, link: link);
            Add(writer, "out/escaped", TarEntry.Regular, "evil");
        });
        using var unpacker = new Unpacker(target, keepOwners: false);
        unpacker.Run(archive, static name => name);
        Assert.False(File.Exists(Path.Combine(folder, "escaped")));
        Assert.False(File.Exists("/escaped"));
        Assert.True(File.Exists(Path.Combine(target, "escaped")));
    }

    [Fact]
    public void A_hard_link_cannot_reach_out()
    {
        File.WriteAllText(Path.Combine(folder, "secret"), "secret");
        var target = Directory.CreateDirectory(Path.Combine(folder, "in")).FullName;
        using var archive = Pack(writer => Add(writer, "mine", TarEntry.HardLink, link: "../secret"));
        using var unpacker = new Unpacker(target, keepOwners: false);
        Assert.ThrowsAny<CortenException>(() => unpacker.Run(archive, static name => name));
        Assert.False(File.Exists(Path.Combine(target, "mine")));
    }

    [Fact]
    public void Garbage_is_no_archive()
    {
        Check.Sample(Gen.Byte.Array[0, 1500], bytes =>
        {
            try
            {
                var reader = new TarReader(new MemoryStream(bytes));
                while (reader.Next() is not null)
                {
                }
            }
            catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException)
            {
            }
        });
    }
}
