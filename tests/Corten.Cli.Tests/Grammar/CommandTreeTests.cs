using Corten.Cli.Commands;
using Corten.Cli.Grammar;

namespace Corten.Cli.Tests.Grammar;

/// <summary>Rules that every table keeps.</summary>
public sealed class CommandTreeTests
{
    private static IEnumerable<(string Path, Command Command)> All(Command command, string path)
    {
        yield return (path, command);
        foreach (var child in command.Children)
        {
            foreach (var found in All(child.Define(), $"{path} {child.Name}"))
            {
                yield return found;
            }
        }
    }

    private static IEnumerable<(string Path, Command Command)> Tree() => All(Root.Define(), Product.Name);

    [Fact]
    public void Names_and_letters_are_unique_within_a_command()
    {
        foreach (var (path, command) in Tree())
        {
            Assert.True(command.Options.Select(option => option.Name).Distinct().Count() == command.Options.Length, path);
            var letters = command.Options.Where(option => option.Letter != '\0').Select(option => option.Letter).ToList();
            Assert.True(letters.Distinct().Count() == letters.Count, path);
            var words = command.Children.SelectMany(child => child.Aliases.Append(child.Name)).ToList();
            Assert.True(words.Distinct().Count() == words.Count, path);
        }
    }

    [Fact]
    public void A_command_runs_or_has_children()
    {
        Assert.All(Tree(), found => Assert.True((found.Command.Run is null) != (found.Command.Children.Length == 0), found.Path));
    }

    [Fact]
    public void Other_spellings_point_at_options_that_exist_and_defaults_parse()
    {
        foreach (var (path, command) in Tree())
        {
            foreach (var option in command.Options)
            {
                Assert.True(option.SameAs is null || command.Find(option.SameAs) is not null, $"{path} --{option.Name}");
                Assert.True(option.Default is null || OptionCheck.ByKind(option.Kind, option.Default) is null, $"{path} --{option.Name}");
            }
        }
    }

    [Fact]
    public void Every_help_fits_80_columns_and_names_every_option()
    {
        foreach (var (path, command) in Tree())
        {
            var text = new StringWriter { NewLine = "\n" };
            Help.Print(text, command, path, 80);
            foreach (var option in command.Options.Where(option => !option.Hidden))
            {
                Assert.Contains($"--{option.Name}", text.ToString());
            }
            var options = text.ToString().Split("Options:\n").Skip(1).SelectMany(part => part.Split('\n').TakeWhile(line => line.Length > 0));
            Assert.All(options, line => Assert.True(line.Length <= 84, $"{path}: {line}"));
        }
    }

    [Theory]
    [InlineData("container ls", "container ls, container list, container ps, ps")]
    [InlineData("image rm", "image rm, image remove, rmi")]
    [InlineData("system info", "system info, info")]
    public void Paths_lead_to_the_command_that_lists_them(string path, string expected)
    {
        var command = Root.Define();
        foreach (var word in path.Split(' '))
        {
            command = Array.Find(command.Children, child => child.Is(word))!.Define();
        }
        Assert.Equal(expected, string.Join(", ", command.Paths));
    }
}
