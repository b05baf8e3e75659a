using Corten.Cli.Commands;
using Corten.Cli.Grammar;

namespace Corten.Cli.Tests.Goldens;

/// <summary>
/// Every command has the paths and options of the real client's <c>--help</c>: names, letters, types and defaults, as <c>options.txt</c> lists them.
/// </summary>
public sealed class OptionListTests
{
    /// <summary>Ours alone.</summary>
    private static readonly string[] Additions = ["volume ls -s --size"];

    public static TheoryData<string, string, string> Commands()
    {
        using var reader = new StreamReader(typeof(OptionListTests).Assembly.GetManifestResourceStream("options.txt")!);
        var data = new TheoryData<string, string, string>();
        foreach (var block in ("\n" + reader.ReadToEnd()).Split("\n", StringSplitOptions.RemoveEmptyEntries).Aggregate(new List<List<string>>(), (blocks, line) =>
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                blocks[^1].Add(line.Trim());
            }
            else
            {
                blocks.Add([line]);
            }
            return blocks;
        }))
        {
            var head = block[0].Split(" | ");
            data.Add(head[0], head.Length > 1 ? head[1] : "", string.Join('\n', block.Skip(1)));
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Has_the_real_clients_options(string path, string aliases, string options)
    {
        var command = path.Split(' ').Aggregate(Root.Define(), (group, word) => group.Children.Single(entry => entry.Name == word).Define());
        Assert.Equal(aliases, command.Paths.Length > 1 ? string.Join(", ", command.Paths) : "");
        var own = command.Options.Where(option => !option.Hidden).OrderBy(option => "--" + option.Name, StringComparer.Ordinal).Select(Line).Where(line => !Additions.Contains($"{path} {line}"));
        Assert.Equal(options, string.Join('\n', own));
    }

    private static string Line(Option option)
    {
        var shown = option.Default is null or "" || (option.Default == "false" && option.Kind == OptionKind.Flag) ? "" : option.Kind == OptionKind.Text ? $"=\"{option.Default}\"" : "=" + option.Default;
        return string.Join(' ', new[] { option.Letter == '\0' ? "" : $"-{option.Letter}", "--" + option.Name, option.Word, shown }.Where(word => word.Length > 0));
    }
}
