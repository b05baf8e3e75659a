using System.Text.Json;
using Corten.Cli.Output;
using Corten.Cli.Templates;

namespace Corten.Cli.Commands.Containers;

/// <summary>A container in lists.</summary>
internal static class ContainerRow
{
    public const string TypeName = "*formatter.ContainerContext";

    private const int CommandLength = 20;
    private const int MountLength = 15;

    public static readonly Column[] Columns =
    [
        new("ID", "CONTAINER ID"), new("Names", "NAMES"), new("Image", "IMAGE"), new("Command", "COMMAND"), new("CreatedAt", "CREATED AT"),
        new("RunningFor", "CREATED"), new("Platform", "PLATFORM"), new("Ports", "PORTS"), new("State", "STATE"), new("Status", "STATUS"), new("Size", "SIZE"),
        new("Labels", "LABELS"), new("Mounts", "MOUNTS"), new("LocalVolumes", "LOCAL VOLUMES"), new("Networks", "NETWORKS"),
    ];

    public static string Table(bool size)
        => @"{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}" + (size ? @"\t{{.Size}}" : "");

    public static Row Of(JsonElement item, bool full) => new(TypeName, Columns, name => name switch
    {
        "ID" => full ? item.Text("Id") : Ellipsis.ShortId(item.Text("Id")),
        "Names" => Names(item, full),
        "Image" => Image(item, full),
        "Command" => GoQuote.Quote(full ? item.Text("Command") : Ellipsis.Cut(item.Text("Command"), CommandLength)),
        "CreatedAt" => HumanTime.Local(Created(item)),
        "RunningFor" => HumanTime.Ago(Created(item)),
        "Platform" => Platform(item),
        "Ports" => PortList.Of(item.Items("Ports")),
        "State" => item.Text("State"),
        "Status" => item.Text("Status"),
        "Size" => Size(item),
        "Labels" => Labels.Joined(item),
        "Mounts" => string.Join(',', Mounts(item).Select(mount => full ? mount : Ellipsis.Cut(mount, MountLength))),
        "LocalVolumes" => item.Items("Mounts").Count(static mount => mount.Text("Driver") == "local").ToString(System.Globalization.CultureInfo.InvariantCulture),
        "Networks" => string.Join(',', item.Get("NetworkSettings").Members("Networks").Select(static network => network.Name)),
        _ => Labels.Value(item, name),
    });

    private static DateTimeOffset Created(JsonElement item) => DateTimeOffset.FromUnixTimeSeconds(item.Int("Created"));

    private static string Names(JsonElement item, bool full)
    {
        var names = item.Texts("Names").Select(static name => name.TrimStart('/'));
        return string.Join(',', full ? names : names.Where(static name => !name.Contains('/')));
    }

    private static string Image(JsonElement item, bool full)
    {
        var image = item.Text("Image");
        if (image.Length == 0)
        {
            return "<no image>";
        }
        if (full)
        {
            return image;
        }
        var id = item.Text("ImageID");
        if (Ellipsis.ShortId(id) == Ellipsis.ShortId(image))
        {
            return Ellipsis.ShortId(image);
        }
        var digest = image.IndexOf('@');
        return digest > 0 ? image[..digest] : image;
    }

    private static object? Platform(JsonElement item)
    {
        var platform = item.Get("ImageManifestDescriptor", "platform");
        if (platform.ValueKind != JsonValueKind.Object)
        {
            return null;
        }
        var variant = platform.Text("variant");
        return $"{platform.Text("os")}/{platform.Text("architecture")}{(variant.Length > 0 ? "/" + variant : "")}";
    }

    private static string Size(JsonElement item)
    {
        var size = ByteSize.Human(item.Int("SizeRw"));
        var total = item.Int("SizeRootFs");
        return total > 0 ? $"{size} (virtual {ByteSize.Human(total)})" : size;
    }

    private static IEnumerable<string> Mounts(JsonElement item)
        => item.Items("Mounts").Select(static mount => mount.Text("Name") is { Length: > 0 } name ? name : mount.Text("Source"));
}
