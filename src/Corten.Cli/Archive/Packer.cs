using Corten.Linux;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Cli.Archive;

/// <summary>Packs a file or a tree of this machine, as it is: links as links, owners and times with it.</summary>
internal sealed class Packer(Stream target)
{
    private const int MaxDepth = 512;

    private readonly TarWriter writer = new(target);
    private readonly Dictionary<(ulong, ulong), byte[]> linked = [];
    private readonly byte[] buffer = new byte[64 << 10];

    /// <summary>Whether an entry is left out, by its name; null for none.</summary>
    public Func<byte[], bool>? Leave { get; init; }

    /// <summary>Files' bytes so far.</summary>
    public long Copied { get; private set; }

    /// <param name="path">What to pack.</param>
    /// <param name="name">What it is called in the archive; empty for a folder's content alone.</param>
    public void Add(string path, string name)
    {
        using var parent = FileAt.Open(Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : "/", OpenFlags.Path | OpenFlags.Directory);
        var leaf = System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path) is { Length: > 0 } last ? last : ".");
        Add(parent, leaf, System.Text.Encoding.UTF8.GetBytes(name), 0);
    }

    public void Finish() => writer.Finish();

    private void Add(SafeFileHandle folder, byte[] leaf, byte[] name, int depth)
    {
        var status = FileAt.Status(folder, leaf);
        if (depth > MaxDepth)
        {
            throw new LinuxException(Errno.ELOOP, "open", TarEntry.Show(name));
        }
        if (name.Length > 0 && Leave?.Invoke(name) == true && status.Type != FileType.Directory)
        {
            return;
        }
        switch (status.Type)
        {
            case FileType.Directory:
                AddFolder(folder, leaf, name, status, depth);
                break;
            case FileType.Regular:
                AddFile(folder, leaf, name, status);
                break;
            case FileType.SymbolicLink:
                Write(Header(name, TarEntry.SymbolicLink, status) with { LinkTarget = FileAt.ReadLink(folder, leaf) });
                break;
            case FileType.CharacterDevice or FileType.BlockDevice:
                var type = status.Type == FileType.BlockDevice ? TarEntry.BlockDevice : TarEntry.CharacterDevice;
                Write(Header(name, type, status) with { Major = status.RdevMajor, Minor = status.RdevMinor });
                break;
            case FileType.Fifo:
                Write(Header(name, TarEntry.Fifo, status));
                break;
        }
    }

    private void AddFolder(SafeFileHandle parent, byte[] leaf, byte[] name, FileStatus status, int depth)
    {
        if (name.Length > 0 && Leave?.Invoke(name) != true)
        {
            Write(Header([.. name, (byte)'/'], TarEntry.Directory, status));
        }
        using var folder = FileAt.Open(parent, leaf, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        foreach (var entry in DirectoryEntries.ReadSorted(folder))
        {
            Add(folder, entry.Name, name.Length == 0 ? entry.Name : [.. name, (byte)'/', .. entry.Name], depth + 1);
        }
    }

    private void AddFile(SafeFileHandle folder, byte[] leaf, byte[] name, FileStatus status)
    {
        if (status.Links > 1 && !linked.TryAdd((status.Device, status.Inode), name))
        {
            Write(Header(name, TarEntry.HardLink, status) with { Size = 0, LinkTarget = linked[(status.Device, status.Inode)] });
            return;
        }
        using var file = FileAt.Open(folder, leaf, OpenFlags.ReadOnly | OpenFlags.NoFollow);
        writer.Begin(Header(name, TarEntry.Regular, status));
        for (var left = status.Size; left > 0;)
        {
            var count = OpenFile.Read(file, buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
            if (count == 0)
            {
                break;
            }
            writer.WriteData(buffer.AsSpan(0, count));
            left -= count;
            Copied += count;
        }
        writer.End(status.Size);
    }

    private void Write(TarEntry entry)
    {
        writer.Begin(entry);
        writer.End(0);
    }

    private static TarEntry Header(byte[] name, char type, FileStatus status) => new()
    {
        Name = name,
        Type = type,
        Mode = status.Mode & 0xFFF,
        Uid = status.Uid,
        Gid = status.Gid,
        Size = type == TarEntry.Regular ? status.Size : 0,
        Modified = status.Modified,
    };
}
