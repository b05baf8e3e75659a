using System.Globalization;
using System.Text.Json;
using Corten.Cli.Commands.Containers;
using Corten.Cli.Commands.Images;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;

namespace Corten.Cli.Commands.Engine;

/// <summary><c>system df -v</c>: a table for each kind of object, or one template over all of them.</summary>
internal static class DiskUsageDetails
{
    private static readonly Column[] CacheColumns =
    [
        new("ID", "CACHE ID"), new("Parent", "PARENT"), new("CacheType", "CACHE TYPE"), new("Description", "DESCRIPTION"), new("Size", "SIZE"), new("CreatedAt", "CREATED AT"),
        new("CreatedSince", "CREATED"), new("LastUsedAt", "LAST USED AT"), new("LastUsedSince", "LAST USED"), new("UsageCount", "USAGE"), new("InUse", "IN USE"), new("Shared", "SHARED"),
    ];

    private static readonly Column[] Groups = [new("Images", ""), new("Containers", ""), new("Volumes", ""), new("BuildCache", "")];

    public static void Print(Invocation call, JsonElement usage)
    {
        var images = usage.Items("Images").SelectMany(static image => ImageRow.Of(image, full: false, digests: false)).ToList();
        var containers = usage.Items("Containers").Select(static container => ContainerRow.Of(container, full: false)).ToList();
        var volumes = usage.Items("Volumes").Select(static volume => Volumes.ListCommand.Row(volume, volume.Get("UsageData"))).ToList();
        var records = usage.Items("BuildCache").OrderBy(static record => record.Text("LastUsedAt"), StringComparer.Ordinal).ToList();
        var cache = records.ConvertAll(CacheRow);
        var format = call.Text("format");
        if (format.Trim() is not ("" or "table"))
        {
            var (template, _) = ListPrinter.Parse(format, "");
            var all = new Row("*formatter.diskUsageContext", Groups, name => name switch
            {
                "Images" => images.ToArray<object?>(),
                "Containers" => containers.ToArray<object?>(),
                "Volumes" => volumes.ToArray<object?>(),
                _ => cache.ToArray<object?>(),
            })
            {
                KeepsOrder = true,
            };
            call.Out.Write(template.Evaluate(all));
            return;
        }
        call.Out.Write("Images space usage:\n\n");
        ListPrinter.Print(call.Out, "", @"{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}", ImageRow.Columns, images);
        call.Out.Write("\nContainers space usage:\n\n");
        ListPrinter.Print(call.Out, "", @"{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}", ContainerRow.Columns, containers);
        call.Out.Write("\nLocal Volumes space usage:\n\n");
        ListPrinter.Print(call.Out, "", @"{{.Name}}\t{{.Links}}\t{{.Size}}", Volumes.ListCommand.Columns, volumes);
        call.Out.Write($"\nBuild cache usage: {ByteSize.Human(records.Where(static record => !record.Flag("Shared")).Sum(static record => record.Int("Size")), 4)}\n\n");
        ListPrinter.Print(call.Out, "", @"{{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t{{.UsageCount}}\t{{.Shared}}", CacheColumns, cache);
    }

    private static Row CacheRow(JsonElement record) => new("*formatter.buildCacheContext", CacheColumns, name => name switch
    {
        "ID" => Ellipsis.ShortId(record.Text("ID")) + (record.Flag("InUse") ? "*" : ""),
        "Parent" => string.Join(',', record.Texts("Parents").Concat(record.Texts(" Parents")).Select(Ellipsis.ShortId)),
        "CacheType" => record.Text("Type"),
        "Description" => record.Text("Description"),
        "Size" => ByteSize.Human(record.Int("Size")),
        "CreatedAt" => record.Text("CreatedAt"),
        "CreatedSince" => Since(record.Text("CreatedAt")),
        "LastUsedAt" => record.Text("LastUsedAt"),
        "LastUsedSince" => Since(record.Text("LastUsedAt")),
        "UsageCount" => record.Int("UsageCount").ToString(CultureInfo.InvariantCulture),
        "InUse" or "Shared" => record.Flag(name) ? "true" : "false",
        _ => "",
    });

    private static string Since(string time)
        => DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then) ? HumanTime.Ago(then) : "";
}
