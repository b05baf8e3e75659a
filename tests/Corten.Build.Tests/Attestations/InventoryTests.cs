using System.IO.Compression;
using System.Text;
using Corten.Build.Attestations;
using Corten.Build.Attestations.Inventory;
using Corten.Oci.Image;
using Microsoft.Data.Sqlite;

namespace Corten.Build.Tests.Attestations;

public sealed class InventoryTests
{
    [Fact]
    public void Removed_packages_are_not_there_and_parts_without_a_status_are()
    {
        const string Status = "Package: a\nStatus: install ok installed\nVersion: 1:2-3\nDescription: x\n Version: 9\n\nPackage: b\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: c\nVersion: 4\n";
        Assert.Equal([("a", "1:2-3"), ("c", "4")], SystemPackages.OfDpkg(Status, "x").Select(p => (p.Name, p.Version)));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"name\":1,\"version\":\"2\"}")]
    [InlineData("{\"name\":\"only\"}")]
    public void What_is_no_package_is_passed_over(string json) => Assert.Null(LanguagePackages.OfPackageJson(json, "x"));

    [Fact]
    public void Python_headers_end_at_the_first_empty_line() =>
        Assert.Equal(("foo-bar", "1.0"), LanguagePackages.OfMetadata("Name: Foo_Bar\nVersion: 1.0\n\nVersion: 2.0\n", "x") is { } p ? (p.Name, p.Version) : default);

    [Fact]
    public void Images_and_packages_have_urls()
    {
        var platform = Platform.Parse("linux/amd64");
        Assert.Equal("pkg:docker/busybox@latest?platform=linux%2Famd64", PackageUrl.OfImage("docker.io/library/busybox:latest", platform));
        Assert.Equal("pkg:docker/127.0.0.1%3A5000/a/b@1?platform=linux%2Famd64", PackageUrl.OfImage("127.0.0.1:5000/a/b:1", platform));
        Assert.Equal("pkg:deb/debian/libc6@2.36-9%2Bdeb12u1?arch=amd64", PackageUrl.Of("deb", "debian", "libc6", "2.36-9+deb12u1", ("arch", "amd64"), ("upstream", "")));
    }

    [Fact]
    public void What_clients_add_unasked_is_not_asked_for()
    {
        Assert.True(AttestationRequest.Parse(new Dictionary<string, string> { ["attest:provenance"] = "mode=min,inline-only=true" }).IsEmpty);
        Assert.True(AttestationRequest.Parse(new Dictionary<string, string> { ["attest:provenance"] = "disabled=true" }).IsEmpty);
        Assert.True(AttestationRequest.Parse(new Dictionary<string, string> { ["attest:provenance"] = "" }).Provenance!.Everything);
        Assert.False(AttestationRequest.Parse(new Dictionary<string, string> { ["attest:provenance"] = "mode=min" }).Provenance!.Everything);
    }

    [Fact]
    public void Go_notes_its_modules_and_what_stands_in_for_them()
    {
        var mark = new string('m', 16);
        byte[] note = [0xFF, .. " Go buildinf:"u8, 8, 2, .. new byte[16], .. Counted("go1.22.1 X:x"),
            .. Counted($"{mark}path\ta/cmd\nmod\ta.org/m\tv1.0.0\th1:x=\ndep\tb.org/old\tv2.0.0\n=>\tc.org/new\tv3.1.0\th1:y=\ndep\td.org/e\tv0.1.0\th1:z=\nbuild\t-compiler=gc\n{mark}")];
        (string, string)[] expected = [("stdlib", "1.22.1"), ("a.org/m", "v1.0.0"), ("c.org/new", "v3.1.0"), ("d.org/e", "v0.1.0")];
        Assert.Equal(expected, GoPrograms.OfNote(note, "x").Select(p => (p.Name, p.Version)));
        for (var length = 0; length < note.Length; length++)
        {
            Assert.True(GoPrograms.OfNote(note.AsSpan(0, length), "x").Count <= expected.Length);
        }
    }

    [Fact]
    public void Archives_of_Java_are_looked_into_within_one_another()
    {
        var inner = Archive(("META-INF/maven/g.org/a/pom.properties", Encoding.UTF8.GetBytes("# made\nversion=1.2\ngroupId=g.org\nartifactId=a\n")));
        var plain = Archive(("META-INF/MANIFEST.MF", Encoding.UTF8.GetBytes("Manifest-Version: 1.0\r\nBundle-SymbolicName: b.plain;singleton:=true\r\nBundle-Version: 3\r\n")));
        using var outer = new MemoryStream(Archive(("lib/a.jar", inner), ("lib/b.jar", plain), ("lib/broken.jar", [1, 2, 3])));
        Assert.Equal([("g.org/a", "1.2", "app.war!/lib/a.jar"), ("b.plain", "3", "app.war!/lib/b.jar")], JavaArchives.Of(outer, "app.war", 0).Select(p => (p.Name, p.Version, p.Where)));
    }

    [Fact]
    public void Headers_of_rpm_are_read_and_broken_ones_passed_over()
    {
        var header = Header((1000, 6, "bash\0"u8.ToArray()), (1001, 6, "5.1\0"u8.ToArray()), (1002, 6, "3.fc40\0"u8.ToArray()), (1003, 4, [0, 0, 0, 2]), (1022, 6, "x86_64\0"u8.ToArray()), (1014, 9, "GPLv3+\0"u8.ToArray()));
        var package = RpmDatabase.OfHeader(header, "x")!;
        Assert.Equal(("bash", "5.1-3.fc40", "2", "x86_64", "GPLv3+"), (package.Name, package.Version, package.Epoch, package.Architecture, package.License));
        for (var length = 0; length < header.Length - 8; length++)
        {
            RpmDatabase.OfHeader(header.AsSpan(0, length), "x");
        }

        Assert.Null(RpmDatabase.OfHeader([255, 255, 255, 255, 0, 0, 0, 0, 0], "x"));
    }

    [Theory]
    [InlineData("WAL")]
    [InlineData("DELETE")]
    public void Databases_of_rpm_are_read_whatever_their_journal_is(string journal)
    {
        var folder = Directory.CreateTempSubdirectory("corten-rpm-");
        try
        {
            var path = Path.Combine(folder.FullName, "rpmdb.sqlite");
            using (var database = new SqliteConnection($"Data Source={path};Pooling=False"))
            {
                database.Open();
                using var command = database.CreateCommand();
                command.CommandText = $"PRAGMA journal_mode={journal}; CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL); INSERT INTO Packages (blob) VALUES (@a)";
                command.Parameters.AddWithValue("@a", Header((1000, 6, "bash\0"u8.ToArray()), (1001, 6, "5.1\0"u8.ToArray()), (1002, 6, "3\0"u8.ToArray())));
                command.ExecuteNonQuery();
            }

            using var file = File.OpenRead(path);
            Assert.Equal(("bash", "5.1-3"), RpmDatabase.Of(file, "x").Select(p => (p.Name, p.Version)).Single());
            using var broken = new MemoryStream(new byte[4096]);
            Assert.Empty(RpmDatabase.Of(broken, "x"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] Counted(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length < 128 ? [(byte)bytes.Length, .. bytes] : [(byte)(bytes.Length & 0x7F | 0x80), (byte)(bytes.Length >> 7), .. bytes];
    }

    private static byte[] Archive(params (string Name, byte[] Content)[] files)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return buffer.ToArray();
    }

    private static byte[] Header(params (uint Tag, uint Type, byte[] Data)[] tags)
    {
        var (index, data) = (new List<byte>(), new List<byte>());
        foreach (var (tag, type, bytes) in tags)
        {
            index.AddRange([.. Number(tag), .. Number(type), .. Number((uint)data.Count), .. Number(1)]);
            data.AddRange(bytes);
        }

        return [.. Number((uint)tags.Length), .. Number((uint)data.Count), .. index, .. data];
    }

    private static byte[] Number(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    [Fact]
    public void Databases_of_rpm_that_are_not_read_are_named()
    {
        var root = Directory.CreateTempSubdirectory();
        try
        {
            Directory.CreateDirectory($"{root}/var/lib/rpm");
            Directory.CreateDirectory($"{root}/usr/lib/sysimage/rpm");
            File.WriteAllText($"{root}/var/lib/rpm/Packages", "");
            File.WriteAllText($"{root}/usr/lib/sysimage/rpm/Packages.db", "");
            using var folder = Linux.Files.FileAt.Open(root.FullName, Linux.Files.OpenFlags.ReadOnly | Linux.Files.OpenFlags.Directory);
            Assert.Equal(["ndb", "Berkeley DB"], RpmDatabase.NotReadIn(new ImageFiles(folder)).Select(w => w.Contains(" ndb ") ? "ndb" : w.Contains(" Berkeley DB ") ? "Berkeley DB" : w));
            // One that was left behind beside the one in use tells nothing.
            File.WriteAllText($"{root}/var/lib/rpm/rpmdb.sqlite", "");
            Assert.Single(RpmDatabase.NotReadIn(new ImageFiles(folder)));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
