using Corten.Linux;
using Corten.Linux.Files;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Corten.Volumes.Content;

/// <summary>
/// Copies what is in a folder, and the folder's own attributes, into another that is empty: owners, modes, times, extended attributes, hard
/// links, devices, holes. Blocks are shared where the file system can, copied in the kernel otherwise. It works by descriptors and follows no
/// link, so that a container writing to the source beside it can't lead it astray; a file that vanishes meanwhile is left out.
/// </summary>
internal sealed class TreeCopy(CancellationToken cancellationToken)
{
    /// <summary>A hole longer than this is worth being kept; copy_file_range(2) is asked for this much at once.</summary>
    private const int Chunk = 1 << 30;

    private const int BufferSize = 256 << 10;

    private readonly Dictionary<(ulong Device, ulong Inode), LinkedName> _linked = [];

    /// <summary>How many files shared their blocks instead of being copied.</summary>
    public int Shared { get; private set; }

    public void Copy(SafeFileHandle source, SafeFileHandle target)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var (name, _) in DirectoryEntries.Read(source))
        {
            if (FileAt.TryStatus(source, name, out var status, out _))
            {
                CopyEntry(source, target, name, status);
            }
        }

        CopyAttributes(source, target, FileAt.Status(source));
    }

    private void CopyEntry(SafeFileHandle source, SafeFileHandle target, byte[] name, FileStatus status)
    {
        if (status.IsDirectory)
        {
            CopyDirectory(source, target, name);
            return;
        }

        if (status.Links > 1)
        {
            if (_linked.TryGetValue((status.Device, status.Inode), out var first))
            {
                FileAt.MakeHardLink(first.Folder, first.Name, target, name);
                return;
            }

            _linked.Add((status.Device, status.Inode), new LinkedName(Duplicate(target), name));
        }

        if (status.IsRegular)
        {
            CopyFile(source, target, name, status);
            return;
        }

        if (status.IsSymbolicLink)
        {
            FileAt.MakeSymbolicLink(FileAt.ReadLink(source, name), target, name);
        }
        else
        {
            FileAt.MakeNode(target, name, status.Mode, status.RdevMajor, status.RdevMinor);
        }

        CopyAttributes(source, target, name, status);
    }

    private void CopyDirectory(SafeFileHandle source, SafeFileHandle target, byte[] name)
    {
        using var from = FileAt.TryOpenResolved(
            source, name, OpenFlags.ReadOnly | OpenFlags.Directory, 0, Resolve.Beneath | Resolve.NoSymlinks | Resolve.NoMagicLinks, out _);
        if (from is null)
        {
            return;
        }

        FileAt.MakeDirectory(target, name, 0x1C0); // 0700 until its own mode is set
        using var to = FileAt.Open(target, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        Copy(from, to);
    }

    private void CopyFile(SafeFileHandle source, SafeFileHandle target, byte[] name, FileStatus status)
    {
        using var from = FileAt.TryOpenResolved(
            source, name, OpenFlags.ReadOnly | OpenFlags.NonBlocking, 0, Resolve.Beneath | Resolve.NoSymlinks | Resolve.NoMagicLinks, out _);
        if (from is null)
        {
            return;
        }

        using var to = FileAt.TryCreate(target, name, 0x180) // 0600 until its own mode is set
            ?? throw new LinuxException(Errno.EEXIST, "create", System.Text.Encoding.UTF8.GetString(name));
        if (status.Size > 0)
        {
            if (Reflink.TryClone(from, to))
            {
                Shared++;
            }
            else
            {
                CopyData(from, to, status.Size);
            }
        }

        CopyAttributes(from, to, status);
    }

    private void CopyData(SafeFileHandle from, SafeFileHandle to, long size)
    {
        OpenFile.SetLength(to, size);
        for (long at = 0; at < size && (at = OpenFile.NextData(from, at)) >= 0;)
        {
            var end = Math.Min(OpenFile.NextHole(from, at), size);
            OpenFile.Seek(from, at);
            OpenFile.Seek(to, at);
            CopyRange(from, to, end - at);
            at = end;
        }
    }

    private void CopyRange(SafeFileHandle from, SafeFileHandle to, long length)
    {
        while (length > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = OpenFile.CopyRange(from, to, Math.Min(length, Chunk), out var errno);
            if (errno is Errno.EXDEV or Errno.EINVAL or Errno.ENOSYS or Errno.EOPNOTSUPP)
            {
                CopyByBuffer(from, to, length);
                return;
            }

            if (errno != Errno.None)
            {
                throw new LinuxException(errno, "copy_file_range");
            }

            if (count == 0)
            {
                return;
            }

            length -= count;
        }
    }

    private static void CopyByBuffer(SafeFileHandle from, SafeFileHandle to, long length)
    {
        var buffer = new byte[Math.Min(length, BufferSize)];
        while (length > 0)
        {
            var count = OpenFile.Read(from, buffer.AsSpan(0, (int)Math.Min(length, buffer.Length)));
            if (count == 0)
            {
                return;
            }

            OpenFile.Write(to, buffer.AsSpan(0, count));
            length -= count;
        }
    }

    /// <summary>Owner before mode and attributes: chown(2) takes set-id bits and capabilities away. Times last.</summary>
    private static void CopyAttributes(SafeFileHandle from, SafeFileHandle to, FileStatus status)
    {
        OpenFile.ChangeOwner(to, status.Uid, status.Gid);
        OpenFile.ChangeMode(to, status.Permissions);
        foreach (var attribute in ExtendedAttributes.List(from))
        {
            if (IsCopied(attribute) && ExtendedAttributes.Get(from, attribute) is { } value)
            {
                ExtendedAttributes.Set(to, attribute, value);
            }
        }

        OpenFile.SetTimes(to, status.Accessed, status.Modified);
    }

    private static void CopyAttributes(SafeFileHandle source, SafeFileHandle target, byte[] name, FileStatus status)
    {
        FileAt.ChangeOwner(target, name, status.Uid, status.Gid);
        if (!status.IsSymbolicLink)
        {
            FileAt.ChangeMode(target, name, status.Permissions);
        }

        foreach (var attribute in ExtendedAttributes.List(source, name))
        {
            if (IsCopied(attribute) && ExtendedAttributes.Get(source, name, attribute) is { } value
                && !ExtendedAttributes.TrySet(target, name, attribute, value, out var errno))
            {
                throw new LinuxException(errno, "setxattr", System.Text.Encoding.UTF8.GetString(name));
            }
        }

        FileAt.SetTimes(target, name, status.Accessed, status.Modified);
    }

    /// <summary>All but the overlay's own marks: they mean something in a layer only.</summary>
    private static bool IsCopied(ReadOnlySpan<byte> attribute) => !attribute.StartsWith("trusted.overlay."u8);

    private static SafeFileHandle Duplicate(SafeFileHandle folder) => FileAt.Open(folder, "."u8, OpenFlags.Path | OpenFlags.Directory);

    /// <summary>Where a file with several names was copied to first. The folder's descriptor is closed by its finalizer at the copy's end.</summary>
    private readonly record struct LinkedName(SafeFileHandle Folder, byte[] Name);
}
