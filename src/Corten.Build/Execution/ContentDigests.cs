using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Corten.Build.Solving;
using Corten.Linux.Files;
using Corten.Oci.Image;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.Execution;

/// <summary>Digests of files that are known without reading them.</summary>
public interface IKnownDigests
{
    /// <summary>The SHA-256 of a file's content, or null if it must be read.</summary>
    byte[]? Find(ReadOnlySpan<byte> path, in FileStatus status);
}

/// <summary>
/// The content of a selection as one digest: names, types, modes, link targets, attributes and data. Times do not count, so that a touch or a new
/// checkout changes nothing; owners count where they are kept.
/// </summary>
public static class ContentDigests
{
    private const int BufferSize = 1 << 16;

    public static ContentDigest Of(SafeFileHandle root, IReadOnlyList<SelectedSource> sources, bool owners, IKnownDigests? known, CancellationToken cancellation)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var one = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var marks = new List<FileMark>();
        foreach (var source in sources)
        {
            all.AppendData([(byte)(source.IsDirectory ? 'd' : 'f')]);
            foreach (var entry in source.Entries)
            {
                cancellation.ThrowIfCancellationRequested();
                var digest = EntryDigest(one, root, entry, owners, known);
                all.AppendData(BitConverter.GetBytes(entry.Relative.Length));
                all.AppendData(entry.Relative);
                all.AppendData(digest);
                marks.Add(new FileMark(Encoding.UTF8.GetString(entry.Relative.Length == 0 ? entry.Source : entry.Relative), Convert.ToHexStringLower(digest.AsSpan(0, 8))));
            }
        }

        return new ContentDigest(Digest.FromSha256(all.GetHashAndReset()), marks);
    }

    private static byte[] EntryDigest(IncrementalHash hash, SafeFileHandle root, SelectedEntry entry, bool owners, IKnownDigests? known)
    {
        var status = entry.Status;
        // A link's permissions mean nothing.
        hash.AppendData(BitConverter.GetBytes(status.IsSymbolicLink ? status.Type : status.Mode));
        if (owners)
        {
            hash.AppendData(BitConverter.GetBytes(status.Uid));
            hash.AppendData(BitConverter.GetBytes(status.Gid));
        }

        if (status.IsRegular)
        {
            // What a client sent, and is known for that, has no attributes: a context carries none.
            if (known?.Find(entry.Source, status) is { } digest)
            {
                hash.AppendData(digest);
            }
            else
            {
                hash.AppendData(FileContent(root, entry.Source));
                AppendAttributes(hash, root, entry.Source);
            }
        }
        else if (status.IsSymbolicLink)
        {
            using var parent = OpenParent(root, entry.Source, out var name);
            hash.AppendData(FileAt.ReadLink(parent, name));
        }
        else if (status.IsDevice)
        {
            hash.AppendData(BitConverter.GetBytes(status.RdevMajor));
            hash.AppendData(BitConverter.GetBytes(status.RdevMinor));
        }

        return hash.GetHashAndReset();
    }

    /// <summary>The SHA-256 of a file's bytes.</summary>
    public static byte[] FileContent(SafeFileHandle root, byte[] path)
    {
        using var file = FileAt.OpenInRoot(root, path, OpenFlags.ReadOnly);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            while ((count = OpenFile.Read(file, buffer)) > 0)
            {
                hash.AppendData(buffer.AsSpan(0, count));
            }

            return hash.GetHashAndReset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>File capabilities and the user's own; the security module's labels belong to the machine.</summary>
    private static void AppendAttributes(IncrementalHash hash, SafeFileHandle root, byte[] path)
    {
        using var parent = OpenParent(root, path, out var name);
        foreach (var attribute in ExtendedAttributes.List(parent, name).OrderBy(Convert.ToHexString, StringComparer.Ordinal))
        {
            if ((attribute.AsSpan().StartsWith("user."u8) || attribute.AsSpan().SequenceEqual("security.capability"u8))
                && ExtendedAttributes.Get(parent, name, attribute) is { } value)
            {
                hash.AppendData(attribute);
                hash.AppendData(value);
            }
        }
    }

    internal static SafeFileHandle OpenParent(SafeFileHandle root, byte[] path, out byte[] name)
    {
        var slash = path.AsSpan().LastIndexOf((byte)'/');
        name = path[(slash + 1)..];
        return FileAt.OpenInRoot(root, slash < 0 ? [] : path.AsSpan(0, slash), OpenFlags.Path | OpenFlags.Directory);
    }
}
