using System.Text;
using Corten.Cli.Output;

namespace Corten.Cli.Grammar;

/// <summary>Renders --help from the tables.</summary>
internal static class Help
{
    private const int Indent = 4;

    /// <summary>The line that says how a command is called; a usage of several lines repeats the path on each.</summary>
    public static string Usage(Command command, string path)
    {
        var forms = command.Usage.Split('\n');
        var usage = new StringBuilder("Usage:  ");
        for (var i = 0; i < forms.Length; i++)
        {
            usage.Append(i == 0 ? "" : "\n\t").Append(path).Append(forms[i].Length == 0 ? "" : " ").Append(forms[i]);
        }
        return usage.ToString();
    }

    public static void Print(TextWriter output, Command command, string path, int width)
    {
        output.Write(Usage(command, path));
        output.Write("\n\n");
        output.Write(command.Summary);
        output.Write('\n');
        if (command.Details is { } details)
        {
            output.Write('\n');
            output.Write(details);
            output.Write('\n');
        }
        if (command.Paths.Length > 1)
        {
            output.Write("\nAliases:\n  ");
            output.Write(string.Join(", ", command.Paths.Select(alias => $"{Product.Name} {alias}")));
            output.Write('\n');
        }
        PrintChildren(output, command);
        PrintOptions(output, command.Options, path == Product.Name ? "Global Options" : "Options", width);
        if (command.Children.Length > 0)
        {
            output.Write($"\nRun '{path} COMMAND --help' for more information on a command.\n");
        }
    }

    private static void PrintChildren(TextWriter output, Command command)
    {
        if (command.Children.Length == 0)
        {
            return;
        }
        var width = command.Children.Max(static child => child.Section == Section.Hidden ? 0 : child.Name.Length);
        foreach (var (section, title) in new[] { (Section.Common, "Common Commands"), (Section.Management, "Management Commands"), (Section.Plain, "Commands") })
        {
            var shown = command.Children.Where(child => child.Section == section).ToList();
            if (shown.Count == 0)
            {
                continue;
            }
            output.Write($"\n{title}:\n");
            foreach (var child in shown)
            {
                output.Write($"  {child.Name.PadRight(Math.Max(width, 11))} {child.Define().Summary}\n");
            }
        }
    }

    private static void PrintOptions(TextWriter output, Option[] options, string title, int width)
    {
        var shown = options.Where(static option => !option.Hidden).OrderBy(static option => option.Name, StringComparer.Ordinal).ToList();
        if (shown.Count == 0)
        {
            return;
        }
        output.Write($"\n{title}:\n");
        var heads = shown.ConvertAll(Head);
        var column = heads.Max(static head => head.Length) + 3;
        for (var i = 0; i < shown.Count; i++)
        {
            var first = true;
            foreach (var line in Wrap(shown[i].Help + DefaultOf(shown[i]), Math.Max(24, width - column)))
            {
                output.Write(first ? heads[i].PadRight(column) : new string(' ', column));
                output.Write(line);
                output.Write('\n');
                first = false;
            }
        }
    }

    private static string Head(Option option)
    {
        var head = option.Letter == '\0' ? $"      --{option.Name}" : $"  -{option.Letter}, --{option.Name}";
        return option.Word.Length == 0 ? head : $"{head} {option.Word}";
    }

    private static string DefaultOf(Option option) => option.Default switch
    {
        null or "" => "",
        "false" when option.Kind == OptionKind.Flag => "",
        { } value when option.Kind == OptionKind.Text => $" (default {GoQuote.Quote(value)})",
        { } value => $" (default {value})",
    };

    /// <summary>Breaks between words; a newline in the text is kept.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        foreach (var paragraph in text.Split('\n'))
        {
            var line = new StringBuilder();
            foreach (var word in paragraph.Split(' '))
            {
                if (line.Length > 0 && line.Length + 1 + word.Length > width)
                {
                    yield return line.ToString();
                    line.Clear().Append(' ', Math.Min(Indent, Leading(paragraph)));
                    line.Append(word);
                }
                else
                {
                    line.Append(line.Length > 0 || word.Length == 0 ? " " : "").Append(word);
                }
            }
            yield return line.ToString();
        }
    }

    private static int Leading(string text) => text.Length - text.TrimStart(' ').Length;
}
