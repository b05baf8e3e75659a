using Corten.Linux.Files;

namespace Corten.Cli.Commands.Builder.Services;

/// <summary>Modes on the wire are those of Go's os.FileMode, which has its own bits for types and set-id.</summary>
internal static class GoMode
{
    public const uint Directory = 1u << 31;
    public const uint SymbolicLink = 1u << 27;
    public const uint Special = Directory | SymbolicLink | Device | Pipe | Socket | CharacterDevice;

    private const uint Device = 1u << 26;
    private const uint Pipe = 1u << 25;
    private const uint Socket = 1u << 24;
    private const uint CharacterDevice = 1u << 21;

    /// <summary>Bits of chmod(2) and what they are on the wire.</summary>
    private static readonly (uint Unix, uint Go)[] Flags = [(0x800, 1u << 23), (0x400, 1u << 22), (0x200, 1u << 20)];

    public static uint Of(in FileStatus status)
    {
        var mode = (status.Mode & 0x1FF) | status.Type switch
        {
            FileType.Directory => Directory,
            FileType.SymbolicLink => SymbolicLink,
            FileType.CharacterDevice => Device | CharacterDevice,
            FileType.BlockDevice => Device,
            FileType.Fifo => Pipe,
            FileType.Socket => Socket,
            _ => 0,
        };
        foreach (var (unix, go) in Flags)
        {
            mode |= (status.Mode & unix) != 0 ? go : 0;
        }
        return mode;
    }

    /// <summary>As chmod(2) takes it.</summary>
    public static uint Permissions(uint mode) => Flags.Where(f => (mode & f.Go) != 0).Aggregate(mode & 0x1FF, (bits, flag) => bits | flag.Unix);
}
