namespace Corten.Cli.Grammar;

/// <summary>
/// The grammar of one command's words: long options with <c>=</c> or a following word, bundled short ones (<c>-it</c>), a value attached
/// to a short one (<c>-p8080:80</c>), <c>--</c>, and, where the command says so, an end of options at the first argument.
/// The same grammar, and the same words for mistakes, as pflag's, which Docker's client uses.
/// </summary>
internal static class OptionParser
{
    public const int WrongOption = 125;

    /// <summary>Parses the words after the command's own. Stops early, without looking further, when --help is met.</summary>
    public static Arguments Parse(Command command, ReadOnlySpan<string> words, bool endAtArgument)
    {
        var parsed = new Arguments(command);
        var i = 0;
        while (i < words.Length && !parsed.Help)
        {
            var word = words[i++];
            if (word.Length < 2 || word[0] != '-')
            {
                parsed.Positional.Add(word);
                if (endAtArgument)
                {
                    break;
                }
            }
            else if (word == "--")
            {
                break;
            }
            else if (word[1] == '-')
            {
                ParseLong(parsed, word, words, ref i);
            }
            else
            {
                ParseShort(parsed, word, words, ref i);
            }
        }
        foreach (var rest in words[i..])
        {
            parsed.Positional.Add(rest);
        }
        return parsed;
    }

    private static void ParseLong(Arguments parsed, string word, ReadOnlySpan<string> words, ref int next)
    {
        var equals = word.IndexOf('=');
        var name = equals < 0 ? word[2..] : word[2..equals];
        if (name.Length == 0 || name[0] is '-' or '=')
        {
            throw new UsageException($"bad flag syntax: {word}", WrongOption);
        }
        var option = parsed.Command.Find(name);
        if (option is null)
        {
            if (name == "help")
            {
                parsed.Help = equals < 0 || OptionCheck.Bool(word[(equals + 1)..]) == true;
                return;
            }
            throw new UsageException($"unknown flag: --{name}", WrongOption);
        }
        if (equals >= 0)
        {
            Take(parsed, option, word[(equals + 1)..]);
        }
        else if (option.Kind == OptionKind.Flag)
        {
            Take(parsed, option, "true");
        }
        else if (next < words.Length)
        {
            Take(parsed, option, words[next++]);
        }
        else
        {
            throw new UsageException($"flag needs an argument: --{name}", WrongOption);
        }
    }

    private static void ParseShort(Arguments parsed, string word, ReadOnlySpan<string> words, ref int next)
    {
        for (var at = 1; at < word.Length; at++)
        {
            var letter = word[at];
            var option = parsed.Command.Find(letter);
            if (option is null)
            {
                if (letter == 'h')
                {
                    parsed.Help = true;
                    return;
                }
                throw new UsageException($"unknown shorthand flag: '{letter}' in -{word[at..]}", WrongOption);
            }
            if (at + 2 < word.Length && word[at + 1] == '=')
            {
                Take(parsed, option, word[(at + 2)..]);
                return;
            }
            if (option.Kind == OptionKind.Flag)
            {
                Take(parsed, option, "true");
                continue;
            }
            if (at + 1 < word.Length)
            {
                Take(parsed, option, word[(at + 1)..]);
            }
            else if (next < words.Length)
            {
                Take(parsed, option, words[next++]);
            }
            else
            {
                throw new UsageException($"flag needs an argument: '{letter}' in -{word[at..]}", WrongOption);
            }
            return;
        }
    }

    private static void Take(Arguments parsed, Option option, string value)
    {
        var wrong = OptionCheck.ByKind(option.Kind, value) ?? option.Check?.Invoke(value);
        if (wrong is not null)
        {
            throw new UsageException($"invalid argument {Output.GoQuote.Quote(value)} for \"{option.Spelled}\" flag: {wrong}", WrongOption);
        }
        parsed.Add(option, value);
    }
}
