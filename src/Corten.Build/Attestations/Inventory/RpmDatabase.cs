using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Corten.Build.Attestations.Inventory;

/// <summary>rpm's database as SQLite (rpm 4.16 and later, the default since Fedora 33 and RHEL 9): one header of tags for each package.</summary>
internal static class RpmDatabase
{
    private const int MaxFile = 256 << 20;
    private const int MaxPackages = 100_000;
    private const int MaxTags = 65_536;
    private const int EntryLength = 16;

    /// <summary>SQLITE_DESERIALIZE_READONLY.</summary>
    private const int ReadOnly = 4;

    private static readonly string[] Places = ["usr/lib/sysimage/rpm/rpmdb.sqlite", "var/lib/rpm/rpmdb.sqlite"];

    /// <summary>What rpm wrote before SQLite, and what SUSE's writes in its place: no packages are listed from these.</summary>
    private static readonly (string Name, string Form)[] Unread = [("Packages", "Berkeley DB"), ("Packages.db", "ndb")];

    /// <summary>Databases that are there and are not read, in words.</summary>
    public static IEnumerable<string> NotReadIn(ImageFiles files)
    {
        foreach (var folder in Places.Select(p => p[..p.LastIndexOf('/')]))
        {
            var names = files.Names(folder);
            foreach (var (name, form) in Unread.Where(u => names.Contains(u.Name) && !names.Contains("rpmdb.sqlite")))
            {
                yield return $"SBOM: the packages of /{folder}/{name} are not listed: an rpm database in the form of {form} is not read, one of SQLite is";
            }
        }
    }

    public static IEnumerable<FoundPackage> In(ImageFiles files)
    {
        foreach (var place in Places)
        {
            using var file = files.Open(place);
            foreach (var package in file is null ? [] : Of(file, place))
            {
                yield return package;
            }
        }
    }

    /// <summary>Of a copy in memory: files of an image have no path that SQLite could open.</summary>
    internal static List<FoundPackage> Of(Stream file, string where)
    {
        var found = new List<FoundPackage>();
        if (file.Length is < 100 or > MaxFile)
        {
            return found;
        }

        var bytes = GC.AllocateUninitializedArray<byte>((int)file.Length, pinned: true);
        file.ReadExactly(bytes);
        // The versions for writing and reading: a database whose journal is a file beside it (2) is opened as one without (1), since there is no such file here.
        bytes.AsSpan(18, 2).Fill(1);
        try
        {
            using var database = new SqliteConnection("Data Source=:memory:;Pooling=False");
            database.Open();
            SqliteException.ThrowExceptionForRC(
                raw.sqlite3_deserialize(database.Handle, "main", Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0), bytes.Length, bytes.Length, ReadOnly), database.Handle);
            using var command = database.CreateCommand();
            command.CommandText = $"SELECT blob FROM Packages ORDER BY hnum LIMIT {MaxPackages}";
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                if (OfHeader(rows.GetFieldValue<byte[]>(0), where) is { } package)
                {
                    found.Add(package);
                }
            }
        }
        catch (SqliteException)
        {
            // No such database, whatever its name says: the rest of the image is looked into all the same.
        }

        GC.KeepAlive(bytes);
        return found;
    }

    /// <summary>A header: the number of tags, the length of the data, the tags (number, type, offset, count), the data; numbers are big-endian.</summary>
    internal static FoundPackage? OfHeader(ReadOnlySpan<byte> header, string where)
    {
        if (header.Length < 8 || BinaryPrimitives.ReadUInt32BigEndian(header) is var count && (count > MaxTags || header.Length < 8 + (count * EntryLength)))
        {
            return null;
        }

        var tags = new Dictionary<uint, string>();
        var data = header[(8 + ((int)count * EntryLength))..];
        for (var i = 0; i < count; i++)
        {
            var entry = header.Slice(8 + (i * EntryLength), EntryLength);
            var (tag, type, offset) = (BinaryPrimitives.ReadUInt32BigEndian(entry), BinaryPrimitives.ReadUInt32BigEndian(entry[4..]), BinaryPrimitives.ReadUInt32BigEndian(entry[8..]));
            if (offset < data.Length && Value(data[(int)offset..], type) is { } value)
            {
                tags.TryAdd(tag, value);
            }
        }

        string Tag(uint tag) => tags.GetValueOrDefault(tag, "");
        var (name, version, release) = (Tag(1000), Tag(1001), Tag(1002));
        return name.Length == 0 || version.Length == 0 || name == "gpg-pubkey" ? null : new FoundPackage("rpm", name, $"{version}-{release}", where)
        {
            Architecture = Tag(1022), Source = Tag(1044), License = Tag(1014), Supplier = Tag(1011), Epoch = Tag(1003),
        };
    }

    /// <summary>A text (6, 8, 9) up to its end, or the first of some 32-bit numbers (4); null for other types.</summary>
    private static string? Value(ReadOnlySpan<byte> data, uint type) => type switch
    {
        6 or 8 or 9 => Encoding.UTF8.GetString(data.IndexOf((byte)0) is >= 0 and var end ? data[..end] : data),
        4 when data.Length >= 4 => BinaryPrimitives.ReadUInt32BigEndian(data).ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };
}
