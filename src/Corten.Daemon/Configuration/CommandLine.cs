using System.Text;
using Corten.Oci.Errors;

namespace Corten.Daemon.Configuration;

/// <summary>Reads the flags, by the grammar and in the words of dockerd.</summary>
internal static class CommandLine
{
    /// <summary>Applies the flags.</summary>
    /// <returns>What was given for which option, in order.</returns>
    /// <exception cref="CortenException">An unknown flag, a missing or a wrong value, or an argument that is no flag.</exception>
    public static Dictionary<Option, List<string>> Parse(IReadOnlyList<string> arguments, DaemonOptions options)
    {
        var given = new Dictionary<Option, List<string>>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument is "--" or "-" || !argument.StartsWith('-'))
            {
                throw CortenException.Invalid("\"cortend\" accepts no arguments.");
            }

            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var option = argument.StartsWith("--", StringComparison.Ordinal)
                ? Long(equals < 0 ? argument : argument[..equals])
                : Short(argument, ref equals);
            string value;
            if (equals >= 0)
            {
                value = argument[(equals + 1)..];
            }
            else if (option.IsBool)
            {
                value = "true";
            }
            else
            {
                value = ++i < arguments.Count ? arguments[i] : throw CortenException.Invalid($"flag needs an argument: {Shown(argument)}");
            }

            Apply(option, value, options);
            (given.TryGetValue(option, out var values) ? values : given[option] = []).Add(value);
        }

        return given;
    }

    public static string Usage()
    {
        var text = new StringBuilder("\nUsage:  cortend [OPTIONS]\n\nA self-sufficient runtime for containers.\n\nOptions:\n");
        foreach (var option in OptionTable.All.Where(o => !o.Refused).OrderBy(o => o.Flag, StringComparer.Ordinal))
        {
            var name = (option.Short is { } s ? $"  -{s}, --" : "      --") + option.Flag + (option.IsBool ? "" : " " + option.ValueName);
            text.Append(name.PadRight(40)).Append(' ').Append(option.Help).Append('\n');
        }

        return text.ToString();
    }

    private static void Apply(Option option, string value, DaemonOptions options)
    {
        if (option.Refused)
        {
            throw CortenException.Invalid($"--{option.Flag} is not supported: {option.Help}");
        }

        try
        {
            option.Set(options, value);
        }
        catch (CortenException e)
        {
            var names = (option.Short is { } s ? $"-{s}, " : "") + "--" + option.Flag;
            throw CortenException.Invalid($"invalid argument \"{value}\" for \"{names}\" flag: {e.Message}", e);
        }
    }

    private static Option Long(string name) =>
        OptionTable.All.FirstOrDefault(o => o.Flag == name[2..]) ?? throw CortenException.Invalid($"unknown flag: {name}");

    /// <summary><c>-D</c>, <c>-H unix://…</c>, <c>-Hunix://…</c>, <c>-H=unix://…</c>.</summary>
    private static Option Short(string argument, ref int equals)
    {
        var option = OptionTable.All.FirstOrDefault(o => o.Short == argument[1])
            ?? throw CortenException.Invalid($"unknown shorthand flag: '{argument[1]}' in {argument}");
        if (argument.Length > 2 && argument[2] != '=')
        {
            // The value begins right behind the letter: as if the letter were the sign of equality.
            equals = option.IsBool ? throw CortenException.Invalid($"unknown shorthand flag: '{argument[2]}' in {argument}") : 1;
        }

        return option;
    }

    private static string Shown(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal) ? argument : $"'{argument[1]}' in {argument}";
}
