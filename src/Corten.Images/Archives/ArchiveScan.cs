using System.Text;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Compression;
using Corten.Storage.Content;
using Corten.Storage.Tar;

namespace Corten.Images.Archives;

/// <summary>A file of an archive that went into the content store, and the first bytes that tell what it is.</summary>
internal sealed record ArchiveFile(Digest Digest, long Size, CompressionKind Compression);

/// <summary>
/// What a <c>docker save</c> or OCI archive holds. It is read once, front to end, with its parts in any order: small documents are kept,
/// every other file goes into the content store under its digest. Nothing is ever written under a name from the archive.
/// </summary>
internal sealed class ArchiveScan
{
    /// <summary>Entries beyond this many are refused; each layer is one to three.</summary>
    private const int MaxEntries = 20_000;

    private const int MaxLinkHops = 16;
    private static readonly string[] _documents = ["manifest.json", "index.json", "oci-layout", "repositories"];

    private readonly Dictionary<string, ArchiveFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _read = new(StringComparer.Ordinal);

    private ArchiveScan()
    {
    }

    /// <summary>One of the documents at the top; null if the archive has none of that name.</summary>
    public byte[]? Document(string name) => _read.GetValueOrDefault(name);

    /// <summary>The file under a path, through links within the archive; null if there is none.</summary>
    public ArchiveFile? Find(string path)
    {
        if (Normalize(path) is not { } name)
        {
            return null;
        }

        for (var hops = 0; hops < MaxLinkHops && _links.TryGetValue(name, out var target); hops++)
        {
            name = target;
        }

        return _files.GetValueOrDefault(name);
    }

    /// <summary>Reads the whole archive. Blocks; <paramref name="moved"/> hears of each file and how much of it was read.</summary>
    public static ArchiveScan Read(Stream archive, ContentStore content, Action<string, long, long> moved, CancellationToken cancellationToken)
    {
        var scan = new ArchiveScan();
        var tar = new TarReader(archive);
        var entry = new TarEntry();
        for (var count = 0; tar.Next(entry); count++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (count >= MaxEntries)
            {
                throw CortenException.Invalid($"the archive has more than {MaxEntries} entries");
            }

            scan.Take(tar, entry, content, moved, cancellationToken);
        }

        return scan;
    }

    private void Take(TarReader tar, TarEntry entry, ContentStore content, Action<string, long, long> moved, CancellationToken cancellationToken)
    {
        if (Normalize(entry.Name) is not { } name)
        {
            // A path that leads out of the archive names nothing in it.
            throw CortenException.Invalid($"invalid archive: the path {entry.Name} leads out of it");
        }

        switch (entry.Type)
        {
            case TarEntryType.SymbolicLink when Normalize(Join(name, Encoding.UTF8.GetString(entry.Link))) is { } target:
                _links[name] = target;
                break;
            case TarEntryType.HardLink when Normalize(Encoding.UTF8.GetString(entry.Link)) is { } target:
                _links[name] = target;
                break;
            case TarEntryType.Regular when _documents.Contains(name):
                _read[name] = ReadDocument(tar, entry);
                break;
            case TarEntryType.Regular when !IsLegacy(name):
                _files[name] = Store(tar, entry, name, content, moved, cancellationToken);
                break;
        }
    }

    private static byte[] ReadDocument(TarReader tar, TarEntry entry)
    {
        if (entry.Size > ContentLimits.Document)
        {
            throw CortenException.Invalid($"invalid archive: {entry.Name} has {entry.Size} bytes, at most {ContentLimits.Document} are allowed");
        }

        using var data = tar.OpenData();
        var bytes = new byte[entry.Size];
        data.ReadExactly(bytes);
        return bytes;
    }

    private static ArchiveFile Store(TarReader tar, TarEntry entry, string name, ContentStore content, Action<string, long, long> moved, CancellationToken cancellationToken)
    {
        var expected = DigestIn(name);
        if (!expected.IsEmpty && content.TryGetInfo(expected) is { } known)
        {
            return new ArchiveFile(expected, known.Size, CompressionOf(content, expected));
        }

        // This runs on a thread of its own: waiting for the store holds up nobody else.
        using var writer = content.BeginAsync("load-" + Guid.NewGuid().ToString("n"), cancellationToken).GetAwaiter().GetResult();
        try
        {
            Span<byte> head = stackalloc byte[LayerFormat.MagicLength];
            var headLength = 0;
            while (tar.ReadData() is { IsEmpty: false } piece)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var more = Math.Min(head.Length - headLength, piece.Length);
                piece[..more].CopyTo(head[headLength..]);
                headLength += more;
                writer.Write(piece);
                moved(name, writer.Offset, entry.Size);
            }

            var compression = Decompression.Detect(head[..headLength]);
            var info = writer.CommitAsync(expected, entry.Size, cancellationToken).GetAwaiter().GetResult();
            return new ArchiveFile(info.Digest, info.Size, compression);
        }
        catch
        {
            writer.Abandon();
            throw;
        }
    }

    private static CompressionKind CompressionOf(ContentStore content, Digest digest)
    {
        Span<byte> head = stackalloc byte[LayerFormat.MagicLength];
        using var file = content.OpenRead(digest);
        return Decompression.Detect(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
    }

    /// <summary>The digest that an OCI layout's path promises.</summary>
    private static Digest DigestIn(string name)
    {
        var parts = name.Split('/');
        return parts is ["blobs", var algorithm, var hex] && Digest.TryParse($"{algorithm}:{hex}", out var digest) ? digest : default;
    }

    /// <summary>What old versions of docker save put beside each layer, and nobody reads.</summary>
    private static bool IsLegacy(string name) => name.EndsWith("/VERSION", StringComparison.Ordinal) || name.EndsWith("/json", StringComparison.Ordinal);

    private static string Join(string link, string target) =>
        target.StartsWith('/') ? target : link.LastIndexOf('/') is >= 0 and var slash ? $"{link[..slash]}/{target}" : target;

    /// <summary>A path without <c>.</c> and <c>..</c>; null if it leads out of the archive.</summary>
    private static string? Normalize(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                {
                    return null;
                }

                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }
}
