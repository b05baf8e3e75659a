using System.Buffers;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Storage.Archive;

/// <summary>Copies between open files.</summary>
internal static class FileCopy
{
    /// <summary>All bytes from the positions of both.</summary>
    public static void Content(SafeFileHandle source, SafeFileHandle target)
    {
        while (true)
        {
            var copied = OpenFile.CopyRange(source, target, 1 << 30, out var errno);
            if (copied == 0)
            {
                return;
            }

            if (errno != 0)
            {
                break;
            }
        }

        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            int count;
            while ((count = OpenFile.Read(source, buffer)) > 0)
            {
                OpenFile.Write(target, buffer.AsSpan(0, count));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Owner, mode, extended attributes (but the overlay's own) and times.</summary>
    public static void Attributes(SafeFileHandle source, SafeFileHandle target)
    {
        var status = FileAt.Status(source);
        OpenFile.ChangeOwner(target, status.Uid, status.Gid);
        OpenFile.ChangeMode(target, status.Permissions);
        foreach (var name in ExtendedAttributes.List(source))
        {
            if (!name.AsSpan().StartsWith("trusted.overlay."u8) && ExtendedAttributes.Get(source, name) is { } value)
            {
                ExtendedAttributes.Set(target, name, value);
            }
        }

        OpenFile.SetTimes(target, status.Accessed, status.Modified);
    }
}
