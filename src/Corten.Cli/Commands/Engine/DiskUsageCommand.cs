using System.Globalization;
using System.Text.Json;
using Corten.Cli.Commands.Containers;
using Corten.Cli.Commands.Images;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Engine;

/// <summary>Says what images, containers, volumes and the build cache take on disk, and how much of it could be had back.</summary>
internal static class DiskUsageCommand
{
    private static readonly Column[] Columns =
    [
        new("Type", "TYPE"), new("TotalCount", "TOTAL"), new("Active", "ACTIVE"), new("Size", "SIZE"), new("Reclaimable", "RECLAIMABLE"),
    ];

    public static Command Define() => new("[OPTIONS]", "Show disk usage")
    {
        Max = 0,
        Options = [FormatOption.List(), Flag("verbose", 'v', "Show every object")],
        Run = Run,
        Paths = ["system df"],
    };

    private static int Run(Invocation call)
    {
        using var json = call.Engine.GetJson("/system/df");
        if (call.Flag("verbose"))
        {
            DiskUsageDetails.Print(call, json.RootElement);
            return 0;
        }
        ListPrinter.Print(call.Out, call.Text("format"), @"{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}", Columns, Rows(json.RootElement));
        return 0;
    }

    private static IEnumerable<Row> Rows(JsonElement usage)
    {
        var images = usage.Items("Images").ToList();
        var containers = usage.Items("Containers").ToList();
        var volumes = usage.Items("Volumes").ToList();
        var cache = usage.Items("BuildCache").ToList();
        var layers = usage.Int("LayersSize");
        var used = images.Where(static image => image.Int("Containers") > 0)
            .Sum(static image => image.Int("Size") < 0 || image.Int("SharedSize") < 0 ? 0 : image.Int("Size") - image.Int("SharedSize"));
        yield return Row("Images", images.Count, images.Count(static image => image.Int("Containers") > 0), layers, layers - used);
        var written = containers.Sum(static container => container.Int("SizeRw"));
        var idle = containers.Where(static container => !Runs(container)).Sum(static container => container.Int("SizeRw"));
        yield return Row("Containers", containers.Count, containers.Count(Runs), written, idle);
        var stored = volumes.Sum(Stored);
        var free = volumes.Where(static volume => volume.Get("UsageData").Int("RefCount") == 0).Sum(Stored);
        yield return Row("Local Volumes", volumes.Count, volumes.Count(static volume => volume.Get("UsageData").Int("RefCount") > 0), stored, free);
        var cached = cache.Where(static record => !record.Flag("Shared")).Sum(static record => record.Int("Size"));
        var unused = cache.Where(static record => !record.Flag("Shared") && !record.Flag("InUse")).Sum(static record => record.Int("Size"));
        yield return Row("Build Cache", cache.Count, cache.Count(static record => record.Flag("InUse")), cached, unused, percent: false);
    }

    /// <summary>What messages call the line of each kind.</summary>
    private static readonly Dictionary<string, string> TypeNames = new()
    {
        ["Images"] = "*formatter.diskUsageImagesContext", ["Containers"] = "*formatter.diskUsageContainersContext",
        ["Local Volumes"] = "*formatter.diskUsageVolumesContext", ["Build Cache"] = "*formatter.diskUsageBuilderContext",
    };

    private static Row Row(string type, int total, int active, long size, long reclaimable, bool percent = true) => new(TypeNames[type], Columns, name => name switch
    {
        "Type" => type,
        "TotalCount" => total.ToString(CultureInfo.InvariantCulture),
        "Active" => active.ToString(CultureInfo.InvariantCulture),
        "Size" => ByteSize.Human(size, 4),
        "Reclaimable" => ByteSize.Human(reclaimable, 4) + (percent && size > 0 ? $" ({reclaimable * 100 / size}%)" : ""),
        _ => "",
    });

    private static bool Runs(JsonElement container) => container.Text("State") is "running" or "paused" or "restarting";

    private static long Stored(JsonElement volume) => Math.Max(0, volume.Get("UsageData").Int("Size"));
}
