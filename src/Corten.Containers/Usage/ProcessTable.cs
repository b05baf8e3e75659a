using System.Globalization;
using Corten.EngineApi.Containers;
using Corten.Linux.Files;

namespace Corten.Containers.Usage;

/// <summary>What <c>ps -ef</c> would print, read from /proc: nearly everybody asks for just that, and it takes no other program.</summary>
internal static class ProcessTable
{
    /// <summary>USER_HZ: the unit of times in /proc, the same on every architecture that we know.</summary>
    private const long TicksPerSecond = 100;

    private static readonly string[] Titles = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"];

    public static TopResponse Read(IEnumerable<int> pids)
    {
        var accounts = HostUsers();
        var booted = BootTime();
        var now = DateTimeOffset.Now;
        return new TopResponse
        {
            Titles = Titles,
            Processes = [.. pids.Order().Select(pid => Row(pid, accounts, booted, now)).OfType<string[]>()],
        };
    }

    /// <summary>Null for a process that has ended meanwhile.</summary>
    private static string[]? Row(int pid, Dictionary<uint, string> users, DateTimeOffset booted, DateTimeOffset now)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var name = stat[(stat.IndexOf('(') + 1)..stat.LastIndexOf(')')];
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var started = booted + TimeSpan.FromSeconds(Number(fields[19]) / (double)TicksPerSecond);
            var used = (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
            var alive = Math.Max(1, (long)(now - started).TotalSeconds);
            var command = File.ReadAllText($"/proc/{pid}/cmdline").TrimEnd('\0').Replace('\0', ' ');
            return
            [
                Owner(pid, users),
                pid.ToString(CultureInfo.InvariantCulture),
                fields[1],
                Math.Min(99, used * 100 / alive).ToString(CultureInfo.InvariantCulture),
                StartTime(started.ToLocalTime(), now),
                Terminal(Number(fields[4])),
                TimeSpan.FromSeconds(used).ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture),
                command.Length > 0 ? command : $"[{name}]",
            ];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static string Owner(int pid, Dictionary<uint, string> users)
    {
        using var folder = FileAt.Open($"/proc/{pid}", OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec);
        var uid = FileAt.Status(folder).Uid;
        return users.GetValueOrDefault(uid) ?? uid.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Today's by the hour, this year's by the day, older by the year.</summary>
    private static string StartTime(DateTimeOffset started, DateTimeOffset now) =>
        started.ToString(now.Date == started.Date ? "HH:mm" : now.Year == started.Year ? "MMMdd" : "yyyy", CultureInfo.InvariantCulture);

    /// <summary>From a device number (makedev(3)): unix98 terminals have the majors 136 to 143.</summary>
    private static string Terminal(long device)
    {
        var (major, minor) = ((device >> 8) & 0xFFF, (device & 0xFF) | ((device >> 12) & 0xFFF00));
        return major is >= 136 and <= 143 ? $"pts/{minor + ((major - 136) << 20)}" : major == 4 ? $"tty{minor}" : "?";
    }

    private static DateTimeOffset BootTime()
    {
        const string field = "btime ";
        var line = File.ReadLines("/proc/stat").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return DateTimeOffset.FromUnixTimeSeconds(Number(line[field.Length..]));
    }

    private static Dictionary<uint, string> HostUsers()
    {
        var users = new Dictionary<uint, string>();
        foreach (var line in File.Exists("/etc/passwd") ? File.ReadLines("/etc/passwd") : [])
        {
            var fields = line.Split(':');
            if (fields.Length > 2 && uint.TryParse(fields[2], out var uid))
            {
                // ps cuts no name of up to eight characters, and shows longer ones with a plus.
                users.TryAdd(uid, fields[0].Length <= 8 ? fields[0] : fields[0][..7] + "+");
            }
        }

        return users;
    }
}
