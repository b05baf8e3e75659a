using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Compression;
using Corten.Storage.Tar;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.Execution;

/// <summary>Tells archives from other files by what is in them, never by their names.</summary>
internal static class Archives
{
    /// <summary>True for a tar archive, plain or compressed.</summary>
    public static bool IsArchive(SafeFileHandle root, byte[] path)
    {
        using var file = new FileStream(FileAt.OpenInRoot(root, path, OpenFlags.ReadOnly), FileAccess.Read, 1 << 16);
        return IsArchive(file);
    }

    /// <summary>Looks at the first entry; the stream is somewhere else afterwards.</summary>
    public static bool IsArchive(Stream file)
    {
        try
        {
            using var plain = Decompression.Open(file);
            return new TarReader(plain).Next(new TarEntry());
        }
        catch (Exception e) when (e is CortenException or IOException or InvalidDataException)
        {
            // Not an archive, or one that is damaged at its head: it is copied as it is.
            return false;
        }
    }
}
