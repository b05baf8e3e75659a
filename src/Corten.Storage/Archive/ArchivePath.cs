using Corten.Oci.Errors;
using System.Text;

namespace Corten.Storage.Archive;

/// <summary>
/// A name in an archive as a path below the folder that it is unpacked into: no empty, <c>.</c> or <c>..</c> component, no slash at either
/// end; empty for the folder itself. This is about words only; that links lead nowhere else is openat2's work.
/// </summary>
public static class ArchivePath
{
    /// <summary>A leading slash counts for nothing, as with Docker.</summary>
    /// <exception cref="CortenException">InvalidArgument: <c>..</c> leads out.</exception>
    public static byte[] Normalize(ReadOnlySpan<byte> name)
    {
        if (IsNormal(name))
        {
            return name.ToArray();
        }

        var result = new byte[name.Length];
        var length = 0;
        foreach (var range in name.Split((byte)'/'))
        {
            var part = name[range];
            if (part.IsEmpty || part.SequenceEqual("."u8))
            {
                continue;
            }

            if (part.SequenceEqual(".."u8))
            {
                if (length == 0)
                {
                    throw CortenException.Invalid($"invalid path in archive: \"{Encoding.UTF8.GetString(name)}\" is outside of the folder it is unpacked to");
                }

                length = Math.Max(0, result.AsSpan(0, length).LastIndexOf((byte)'/'));
                continue;
            }

            if (length > 0)
            {
                result[length++] = (byte)'/';
            }

            part.CopyTo(result.AsSpan(length));
            length += part.Length;
        }

        return result[..length];
    }

    public static ReadOnlySpan<byte> Parent(ReadOnlySpan<byte> path)
    {
        var slash = path.LastIndexOf((byte)'/');
        return slash < 0 ? [] : path[..slash];
    }

    public static ReadOnlySpan<byte> Leaf(ReadOnlySpan<byte> path) => path[(path.LastIndexOf((byte)'/') + 1)..];

    public static byte[] Join(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> leaf) =>
        parent.IsEmpty ? leaf.ToArray() : leaf.IsEmpty ? parent.ToArray() : [.. parent, (byte)'/', .. leaf];

    private static bool IsNormal(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name[0] is (byte)'/' || name[^1] is (byte)'/' || name.IndexOf("//"u8) >= 0)
        {
            return false;
        }

        // "." or ".." as a component needs a dot at the start or behind a slash.
        return name[0] != '.' && name.IndexOf("/."u8) < 0;
    }
}
