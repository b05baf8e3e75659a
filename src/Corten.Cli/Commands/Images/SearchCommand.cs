using System.Globalization;
using Corten.Cli.Config;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Images;

/// <summary>Searches the official registry.</summary>
internal static class SearchCommand
{
    private const int DescriptionLength = 45;

    private static readonly Column[] Columns = [new("Name", "NAME"), new("Description", "DESCRIPTION"), new("StarCount", "STARS"), new("IsOfficial", "OFFICIAL")];

    public static Command Define() => new("[OPTIONS] TERM", "Search Docker Hub for images")
    {
        Min = 1,
        Max = 1,
        Options =
        [
            Filter(),
            Text("format", "Print results by a Go template"),
            Int("limit", "Most results to show"),
            Flag("no-trunc", "Do not shorten output"),
        ],
        Run = Run,
        Completes = Completion.Nothing,
        Paths = ["search"],
    };

    private static int Run(Invocation call)
    {
        var term = call.Args[0];
        var slash = term.IndexOf('/');
        var host = slash > 0 && (term.AsSpan(0, slash).ContainsAny('.', ':') || term[..slash] == "localhost") ? term[..slash] : CredentialStore.OfficialRegistry;
        var query = new Query("/images/search").AddIf("filters", Filters.Of(call))
            .AddIf("limit", call.Int("limit") > 0 ? call.Int("limit").ToString(CultureInfo.InvariantCulture) : "").Add("term", term);
        using var json = call.Engine.Send(new EngineRequest("GET", query.ToString()) { Headers = [RegistryAuth.Header(call, host)] }).ReadJson();
        var rows = json.RootElement.EnumerateArray().OrderByDescending(static item => item.Int("star_count")).Select(item => new Row("*formatter.searchContext", Columns, name => name switch
        {
            "Name" => item.Text("name"),
            "Description" => item.Text("description").Replace('\n', ' ').Replace('\r', ' ') is var text && call.Flag("no-trunc") ? text : Ellipsis.Cut(text, DescriptionLength),
            "StarCount" => item.Int("star_count").ToString(CultureInfo.InvariantCulture),
            "IsOfficial" => item.Flag("is_official") ? "[OK]" : "",
            _ => "",
        }));
        ListPrinter.Print(call.Out, call.Text("format"), @"{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}", Columns, rows);
        return 0;
    }
}
