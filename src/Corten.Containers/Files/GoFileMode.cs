using Corten.Linux.Files;

namespace Corten.Containers.Files;

/// <summary>A mode of stat(2) in the bits of Go's FileMode, which is what clients read.</summary>
internal static class GoFileMode
{
    private const uint Directory = 1u << 31, SymbolicLink = 1u << 27, Device = 1u << 26, Pipe = 1u << 25, Socket = 1u << 24;
    private const uint SetUid = 1u << 23, SetGid = 1u << 22, CharacterDevice = 1u << 21, Sticky = 1u << 20;

    public static uint Of(uint mode)
    {
        var go = mode & 0x1FF;
        go |= (mode & FileType.Mask) switch
        {
            FileType.Directory => Directory,
            FileType.SymbolicLink => SymbolicLink,
            FileType.BlockDevice => Device,
            FileType.CharacterDevice => Device | CharacterDevice,
            FileType.Fifo => Pipe,
            FileType.Socket => Socket,
            _ => 0,
        };
        go |= (mode & 0x800) != 0 ? SetUid : 0;
        go |= (mode & 0x400) != 0 ? SetGid : 0;
        go |= (mode & 0x200) != 0 ? Sticky : 0;
        return go;
    }
}
