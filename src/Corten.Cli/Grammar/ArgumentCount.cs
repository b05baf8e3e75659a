namespace Corten.Cli.Grammar;

/// <summary>Whether a command got as many arguments as it takes, and Docker's words when it did not.</summary>
internal static class ArgumentCount
{
    public static string? Wrong(Command command, string path, int count)
    {
        var (min, max) = (command.Min, command.Max);
        if (count >= min && (max is null || count <= max))
        {
            return null;
        }
        if (max == 0)
        {
            return $"'{path}' accepts no arguments";
        }
        if (min == max)
        {
            return $"'{path}' requires {Arguments(min)}";
        }
        if (max is null)
        {
            return $"'{path}' requires at least {Arguments(min)}";
        }
        return min == 0 ? $"'{path}' requires at most {Arguments(max.Value)}" : $"'{path}' requires at least {min} and at most {Arguments(max.Value)}";
    }

    private static string Arguments(int count) => count == 1 ? "1 argument" : $"{count} arguments";
}
