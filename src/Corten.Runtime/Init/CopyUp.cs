using Corten.Linux;
using Corten.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Init;

/// <summary>tmpcopyup: what a new tmpfs is about to hide is copied into it, with owners, modes and links. Both sides are walked by descriptors.</summary>
internal static class CopyUp
{
    private const int MaxDepth = 64;

    public static void Copy(SafeFileHandle from, SafeFileHandle to) => CopyFolder(from, to, 0);

    private static void CopyFolder(SafeFileHandle from, SafeFileHandle to, int depth)
    {
        if (depth > MaxDepth) throw new StepException("mounts", Errno.ELOOP, "tmpcopyup: folders are nested too deep");
        foreach (string name in FolderCalls.Names(from))
        {
            FileFacts facts = FileFacts.Of(from.Number(), name);
            switch (facts.Kind)
            {
                case FileKind.Directory:
                    FolderCalls.MakeDirectory(to, name, facts.Permissions);
                    using (SafeFileHandle below = FolderCalls.TryOpenPath(from, name)!)
                    using (SafeFileHandle copy = FolderCalls.TryOpenPath(to, name)!)
                    {
                        CopyFolder(below, copy, depth + 1);
                    }
                    break;
                case FileKind.Regular:
                    FolderCalls.CopyFile(from, to, name, facts.Permissions);
                    break;
                case FileKind.SymbolicLink:
                    FolderCalls.TryMakeLink(FolderCalls.ReadLink(from, name), to, name);
                    break;
                default:
                    FolderCalls.TryMakeNode(to, name, facts.Kind, facts.Permissions, facts.DeviceMajor, facts.DeviceMinor);
                    break;
            }
            FolderCalls.ChangeOwner(to, name, facts.Uid, facts.Gid);
            // Changing the owner takes the set-id bits away.
            if (facts.Kind is not FileKind.SymbolicLink && (facts.Permissions & 0xE00) != 0) FolderCalls.ChangePermissions(to, name, facts.Permissions);
        }
    }
}
