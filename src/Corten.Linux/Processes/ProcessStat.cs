using System.Buffers.Text;
using Corten.Linux.Interop;

namespace Corten.Linux.Processes;

/// <summary>proc_pid_stat(5): what tells one use of a pid from the next.</summary>
/// <param name="State">R, S, D, Z, T, X, …</param>
/// <param name="ParentPid">Field 4.</param>
/// <param name="StartTime">Field 22, in clock ticks since boot.</param>
public readonly record struct ProcessStat(char State, int ParentPid, ulong StartTime)
{
    /// <returns>Null when there is no such process.</returns>
    public static ProcessStat? Read(int pid)
    {
        int fd = At.open($"/proc/{pid}/stat", At.O_RDONLY | At.O_CLOEXEC, 0);
        if (fd < 0) return null;
        Span<byte> buffer = stackalloc byte[1024];
        int length = 0;
        try
        {
            length = Descriptor.Read(fd, buffer);
        }
        catch (LinuxException e) when (e.Errno == Errno.ESRCH)
        {
            return null;
        }
        finally
        {
            Descriptors.close(fd);
        }
        return Parse(buffer[..Math.Max(length, 0)]);
    }

    /// <summary>The name in field 2 may hold anything, brackets and spaces too: what follows its last bracket counts.</summary>
    internal static ProcessStat? Parse(ReadOnlySpan<byte> line)
    {
        int name = line.LastIndexOf((byte)')');
        if (name < 0 || name + 4 > line.Length) return null;
        ReadOnlySpan<byte> rest = line[(name + 2)..];
        char state = (char)rest[0];
        int parent = 0;
        for (int field = 3; rest.Length > 0; field++)
        {
            int end = rest.IndexOf((byte)' ');
            ReadOnlySpan<byte> value = end < 0 ? rest : rest[..end];
            if (field == 4 && !Utf8Parser.TryParse(value, out parent, out _)) return null;
            if (field == 22) return Utf8Parser.TryParse(value, out ulong start, out _) ? new(state, parent, start) : null;
            rest = end < 0 ? default : rest[(end + 1)..];
        }
        return null;
    }
}
