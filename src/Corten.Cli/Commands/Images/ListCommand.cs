using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Images;

/// <summary>Lists images.</summary>
internal static class ListCommand
{
    public static Command Define() => new("[OPTIONS] [REPOSITORY[:TAG]]", "List images")
    {
        Max = 1,
        Options =
        [
            Flag("all", 'a', "Show all images, those that others are made of, too"),
            Flag("digests", "Show digests"),
            Filter(),
            FormatOption.List(),
            Flag("no-trunc", "Do not shorten output"),
            Flag("quiet", 'q', "Show IDs only"),
            Flag("tree", "Show the platforms of each image beneath it"),
        ],
        Run = Run,
        Completes = Completion.Images,
        Paths = ["image ls", "image list", "images"],
    };

    private static int Run(Invocation call)
    {
        var tree = call.Flag("tree");
        if (tree)
        {
            foreach (var option in new[] { "quiet", "no-trunc", "digests", "format" }.Where(call.Has))
            {
                throw new CommandException($"--{option} is not yet supported with --tree");
            }
        }
        (string, string)[] reference = call.Args.Count > 0 ? [("reference", call.Args[0])] : [];
        var query = new Query("/images/json").AddIf("all", call.Flag("all")).AddIf("filters", Filters.Of(call, reference)).AddIf("manifests", tree);
        using var json = call.Engine.GetJson(query.ToString());
        if (tree)
        {
            ImageTree.Print(call.Out, json.RootElement);
            return 0;
        }
        var quiet = call.Flag("quiet");
        var format = call.Text("format") is { Length: > 0 } given ? given : quiet ? "" : call.Config.Text("imagesFormat");
        var digests = call.Flag("digests") || format.Contains(".Digest", StringComparison.Ordinal) || format == "json";
        var rows = json.RootElement.EnumerateArray().SelectMany(item => ImageRow.Of(item, call.Flag("no-trunc"), digests));
        if (quiet && ListPrinter.IsTable(format))
        {
            foreach (var row in rows)
            {
                call.Out.Write(row.Value("ID") + "\n");
            }
            return 0;
        }
        ListPrinter.Print(call.Out, format, ImageRow.Table(call.Flag("digests")), ImageRow.Columns, rows);
        return 0;
    }
}
