using Corten.Linux.Files;

namespace Corten.Build.BuildKit;

/// <summary>Modes on the wire are those of Go's os.FileMode, which has its own bits for types and set-id.</summary>
internal static class GoFileMode
{
    public const uint Directory = 1u << 31;
    public const uint SymbolicLink = 1u << 27;
    public const uint Device = 1u << 26;
    public const uint NamedPipe = 1u << 25;
    public const uint Socket = 1u << 24;
    public const uint SetUser = 1u << 23;
    public const uint SetGroup = 1u << 22;
    public const uint CharacterDevice = 1u << 21;
    public const uint Sticky = 1u << 20;
    public const uint Types = Directory | SymbolicLink | Device | NamedPipe | Socket | CharacterDevice;

    private const uint UnixSetUser = 0x800;
    private const uint UnixSetGroup = 0x400;
    private const uint UnixSticky = 0x200;
    private const uint Permissions = 0x1FF;

    public static bool IsRegular(uint mode) => (mode & Types) == 0;

    /// <summary>The permissions as chmod(2) takes them.</summary>
    public static uint ToUnix(uint mode) => (mode & Permissions) | ((mode & SetUser) != 0 ? UnixSetUser : 0) | ((mode & SetGroup) != 0 ? UnixSetGroup : 0)
        | ((mode & Sticky) != 0 ? UnixSticky : 0);

    public static uint FromUnix(in FileStatus status)
    {
        var mode = status.Permissions & Permissions;
        mode |= (status.Permissions & UnixSetUser) != 0 ? SetUser : 0;
        mode |= (status.Permissions & UnixSetGroup) != 0 ? SetGroup : 0;
        mode |= (status.Permissions & UnixSticky) != 0 ? Sticky : 0;
        return mode | status.Type switch
        {
            FileType.Directory => Directory,
            FileType.SymbolicLink => SymbolicLink,
            FileType.CharacterDevice => Device | CharacterDevice,
            FileType.BlockDevice => Device,
            FileType.Fifo => NamedPipe,
            FileType.Socket => Socket,
            _ => 0,
        };
    }
}
