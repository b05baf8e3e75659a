using System.Globalization;
using System.Text.Json;
using Corten.Cli.Output;
using Corten.Cli.Templates;

namespace Corten.Cli.Commands.Containers;

/// <summary>One sample of a container in a table.</summary>
internal static class StatsRow
{
    public const string Table = @"{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}";

    private const string Unknown = "--";

    public static readonly Column[] Columns =
    [
        new("Container", "CONTAINER"), new("Name", "NAME"), new("ID", "CONTAINER ID"), new("CPUPerc", "CPU %"), new("MemUsage", "MEM USAGE / LIMIT"),
        new("MemPerc", "MEM %"), new("NetIO", "NET I/O"), new("BlockIO", "BLOCK I/O"), new("PIDs", "PIDS"),
    ];

    public static Row Of(string name, JsonElement? sample, bool full) => new("*container.statsContext", Columns, column =>
    {
        if (sample is not { } stats)
        {
            return column switch { "Container" => name, "ID" => Ellipsis.ShortId(name), "MemUsage" or "NetIO" or "BlockIO" => $"{Unknown} / {Unknown}", _ => Unknown };
        }
        return column switch
        {
            "Container" => name,
            "Name" => stats.Text("name") is { Length: > 1 } given ? given.TrimStart('/') : Unknown,
            "ID" => full ? stats.Text("id") : Ellipsis.ShortId(stats.Text("id")),
            "CPUPerc" => Percent(Processor(stats)),
            "MemUsage" => $"{ByteSize.HumanBinary(Memory(stats))} / {ByteSize.HumanBinary(stats.Get("memory_stats").Int("limit"))}",
            "MemPerc" => Percent(Share(Memory(stats), stats.Get("memory_stats").Int("limit"))),
            "NetIO" => Pair(Network(stats, "rx_bytes"), Network(stats, "tx_bytes")),
            "BlockIO" => Pair(Block(stats, "read"), Block(stats, "write")),
            "PIDs" => stats.Get("pids_stats").Int("current").ToString(CultureInfo.InvariantCulture),
            _ => "",
        };
    });

    private static double Processor(JsonElement stats)
    {
        var (now, before) = (stats.Get("cpu_stats"), stats.Get("precpu_stats"));
        var used = (double)now.Get("cpu_usage").Int("total_usage") - before.Get("cpu_usage").Int("total_usage");
        var system = (double)now.Int("system_cpu_usage") - before.Int("system_cpu_usage");
        var processors = now.Int("online_cpus");
        if (processors == 0)
        {
            processors = now.Get("cpu_usage").Items("percpu_usage").Count();
        }
        return system > 0 && used > 0 ? used / system * processors * 100 : 0;
    }

    /// <summary>Without the page cache that could be let go at once: <c>total_inactive_file</c> of cgroup v1, <c>inactive_file</c> of v2.</summary>
    private static double Memory(JsonElement stats)
    {
        var memory = stats.Get("memory_stats");
        var (usage, details) = (memory.Int("usage"), memory.Get("stats"));
        foreach (var name in new[] { "total_inactive_file", "inactive_file" })
        {
            if (details.Get(name).ValueKind == JsonValueKind.Number)
            {
                var cache = details.Int(name);
                return cache < usage ? usage - cache : usage;
            }
        }
        return usage;
    }

    private static double Network(JsonElement stats, string counter) => stats.Members("networks").Sum(network => (double)network.Value.Int(counter));

    private static double Block(JsonElement stats, string operation)
        => stats.Get("blkio_stats").Items("io_service_bytes_recursive")
            .Where(entry => entry.Text("op").Equals(operation, StringComparison.OrdinalIgnoreCase)).Sum(static entry => (double)entry.Int("value"));

    private static double Share(double part, long whole) => whole == 0 ? 0 : part / whole * 100;

    private static string Percent(double value) => value.ToString("F2", CultureInfo.InvariantCulture) + "%";

    private static string Pair(double first, double second) => $"{ByteSize.Human(first)} / {ByteSize.Human(second)}";
}
