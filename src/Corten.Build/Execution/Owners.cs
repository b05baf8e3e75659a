using System.Globalization;
using Corten.Containers.Spec;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.Execution;

/// <summary>Names of users and groups, looked up in the files of the image that is being built.</summary>
internal static class Owners
{
    /// <summary>The image's accounts; empty where it has no such files.</summary>
    public static Accounts AccountsIn(SafeFileHandle root) => Accounts.Parse(ReadFile(root, "etc/passwd"u8), ReadFile(root, "etc/group"u8));

    /// <summary>The ids that <c>--chown=user[:group]</c> names; a group that is not given has the user's number.</summary>
    public static (uint Uid, uint Gid) OfChown(SafeFileHandle root, string words)
    {
        var colon = words.IndexOf(':');
        var (user, group) = colon < 0 ? (words, "") : (words[..colon], words[(colon + 1)..]);
        if (uint.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var uid))
        {
            if (group.Length == 0)
            {
                return (uid, uid);
            }

            if (uint.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var gid))
            {
                return (uid, gid);
            }
        }

        try
        {
            var identity = AccountsIn(root).Resolve(words, null);
            return (identity.Uid, identity.Gid);
        }
        catch (CortenException e)
        {
            throw CortenException.Invalid($"invalid user index: {e.Message}", e);
        }
    }

    private static byte[] ReadFile(SafeFileHandle root, ReadOnlySpan<byte> path)
    {
        using var file = FileAt.TryOpenResolved(root, path, OpenFlags.ReadOnly | OpenFlags.NonBlocking, 0, Resolve.InRoot | Resolve.NoMagicLinks, out _);
        if (file is null || !FileAt.Status(file).IsRegular)
        {
            return [];
        }

        var content = new byte[(int)Math.Min(FileAt.Status(file).Size, Accounts.MaxFile)];
        var length = 0;
        for (int count; length < content.Length && (count = OpenFile.Read(file, content.AsSpan(length))) > 0; length += count)
        {
        }

        return content[..length];
    }
}
