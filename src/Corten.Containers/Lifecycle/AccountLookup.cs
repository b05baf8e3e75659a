using System.Collections.Concurrent;
using Corten.Containers.Model;
using Corten.Containers.Rootfs;
using Corten.Containers.Spec;
using Corten.Linux.Files;
using Corten.Supervision.Launcher;
using Microsoft.Win32.SafeHandles;

namespace Corten.Containers.Lifecycle;

/// <summary>
/// Who a container's program runs as, by the users and groups that its root file system knows. Mounting it to read two files would cost more than
/// the rest of a start, so what an image says is remembered for as long as the container itself has written nothing to <c>/etc</c>.
/// </summary>
internal sealed class AccountLookup(ContainerCore core)
{
    /// <summary>Images whose accounts are remembered.</summary>
    private const int Remembered = 64;

    private readonly ConcurrentDictionary<string, Accounts> _byChain = new(StringComparer.Ordinal);

    public Identity Resolve(ContainerRecord record, OverlayRootfs layers)
    {
        return Accounts(record.Chain, layers).Resolve(record.Config.User, record.Host.GroupAdd);
    }

    private Accounts Accounts(string chain, OverlayRootfs layers)
    {
        // An upper folder with /etc may have files of its own there.
        if (layers.Upper is null || Path.Exists(Path.Combine(layers.Upper, "etc")))
        {
            using var own = MountedRoot.OfLayers(layers);
            return Read(own.Handle);
        }

        if (_byChain.TryGetValue(chain, out var known))
        {
            return known;
        }

        using var root = MountedRoot.OfLayers(core.Layers.OpenImage(chain));
        var accounts = Read(root.Handle);
        if (_byChain.Count >= Remembered)
        {
            _byChain.Clear();
        }

        return _byChain[chain] = accounts;
    }

    /// <summary>From any root file system, by descriptors: a link in the image can't lead out of it.</summary>
    public static Accounts Read(SafeFileHandle root) => Spec.Accounts.Parse(ReadFile(root, "etc/passwd"u8), ReadFile(root, "etc/group"u8));

    private static byte[] ReadFile(SafeFileHandle root, ReadOnlySpan<byte> path)
    {
        using var file = FileAt.TryOpenResolved(
            root, path, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.CloseOnExec, 0, Corten.Linux.Files.Resolve.InRoot | Corten.Linux.Files.Resolve.NoMagicLinks, out _);
        if (file is null || FileAt.Status(file) is not { IsRegular: true } status)
        {
            return [];
        }

        var content = new byte[Math.Min(status.Size, Spec.Accounts.MaxFile)];
        var length = 0;
        while (length < content.Length && OpenFile.Read(file, content.AsSpan(length)) is > 0 and var count)
        {
            length += count;
        }

        return content[..length];
    }
}
