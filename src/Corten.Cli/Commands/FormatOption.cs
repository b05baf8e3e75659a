using Corten.Cli.Grammar;

namespace Corten.Cli.Commands;

/// <summary>The option <c>--format</c>, as lists and as inspect commands have it.</summary>
internal static class FormatOption
{
    private const string ListHelp = "Format output using a custom template:\n"
        + "'table':            Print output in table format with column headers (default)\n"
        + "'table TEMPLATE':   Print output in table format using the given Go template\n"
        + "'json':             Print in JSON format\n"
        + "'TEMPLATE':         Print output using the given Go template";

    private const string InspectHelp = "Format output using a custom template:\n"
        + "'json':             Print in JSON format\n"
        + "'TEMPLATE':         Print output using the given Go template";

    public static Option List() => Option.Text("format", ListHelp);

    public static Option Inspect() => Option.Text("format", 'f', InspectHelp);
}
