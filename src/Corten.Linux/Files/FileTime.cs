namespace Corten.Linux.Files;

/// <summary>A point in time as the kernel keeps it: seconds since 1970 UTC, which may be negative, and 0 to 999,999,999 ns after them.</summary>
public readonly record struct FileTime(long Seconds, uint Nanoseconds)
{
    public static FileTime From(DateTime time)
    {
        var ticks = time.ToUniversalTime().Ticks - DateTime.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        return rest < 0 ? new FileTime(seconds - 1, (uint)(rest + TimeSpan.TicksPerSecond) * 100) : new FileTime(seconds, (uint)rest * 100);
    }

    /// <summary>With the 100 ns of <see cref="DateTime"/>; a time beyond its range becomes its end.</summary>
    public DateTime ToDateTime()
    {
        const long last = 253402300799;
        const long first = -62135596800;
        return DateTime.UnixEpoch.AddTicks((Math.Clamp(Seconds, first, last) * TimeSpan.TicksPerSecond) + (Nanoseconds / 100));
    }
}
