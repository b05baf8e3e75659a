using System.IO.Compression;
using System.Text;
using Corten.Linux.Files;
using Corten.Storage.Tar;

namespace Corten.Storage.Tests;

/// <summary>Archives for tests, entry by entry.</summary>
public sealed class ArchiveBuilder
{
    private readonly MemoryStream _bytes = new();
    private readonly TarWriter _writer;

    public ArchiveBuilder() => _writer = new TarWriter(_bytes);

    public ArchiveBuilder Add(TarEntryType type, string path, Action<TarEntry>? adjust = null, byte[]? data = null)
    {
        var entry = new TarEntry
        {
            Type = type,
            Path = Encoding.UTF8.GetBytes(path),
            Mode = type == TarEntryType.Directory ? 0x1EDu : 0x1A4u,
            Modified = new FileTime(1_700_000_000, 0),
            Size = data?.Length ?? 0,
        };
        adjust?.Invoke(entry);
        _writer.WriteEntry(entry);
        if (data is not null)
        {
            _writer.WriteData(data);
        }

        return this;
    }

    public ArchiveBuilder File(string path, string content = "", Action<TarEntry>? adjust = null) =>
        Add(TarEntryType.Regular, path, adjust, Encoding.UTF8.GetBytes(content));

    public ArchiveBuilder Folder(string path, Action<TarEntry>? adjust = null) => Add(TarEntryType.Directory, path, adjust);

    public ArchiveBuilder Link(string path, string target, Action<TarEntry>? adjust = null) => Add(TarEntryType.SymbolicLink, path, entry =>
    {
        entry.Link = Encoding.UTF8.GetBytes(target);
        adjust?.Invoke(entry);
    });

    public ArchiveBuilder HardLink(string path, string target) =>
        Add(TarEntryType.HardLink, path, entry => entry.Link = Encoding.UTF8.GetBytes(target));

    /// <summary>Bytes that no well-behaved writer would write.</summary>
    public ArchiveBuilder Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public byte[] ToArray()
    {
        _writer.Finish();
        return _bytes.ToArray();
    }

    public MemoryStream ToStream() => new(ToArray());

    public byte[] ToGzip()
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(ToArray());
        }

        return target.ToArray();
    }
}
