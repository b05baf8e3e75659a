using System.Text;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Containers;

/// <summary>Files of <c>KEY=value</c> lines: <c>--env-file</c>, <c>--label-file</c>. Blank lines and lines that begin with # are passed over.</summary>
internal static class KeyValueFiles
{
    /// <param name="lookup">Gives a key without a value one; null leaves the key out.</param>
    public static IEnumerable<string> Read(string path, Func<string, string?>? lookup, int exitCode = 125)
    {
        if (!File.Exists(path))
        {
            throw new CommandException(Directory.Exists(path) ? $"read {path}: is a directory" : $"open {path}: no such file or directory", exitCode);
        }
        var number = 0;
        foreach (var raw in ReadLines(path, exitCode))
        {
            number++;
            var line = raw.TrimStart();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            var at = line.IndexOf('=');
            var key = at < 0 ? line : line[..at];
            if (key.TrimStart().AsSpan().ContainsAny(" \t"))
            {
                throw new CommandException($"invalid env file ({path}): variable '{key}' contains whitespaces", exitCode);
            }
            if (key.Length == 0)
            {
                throw new CommandException($"invalid env file ({path}): no variable name on line '{line}'", exitCode);
            }
            if (at >= 0)
            {
                yield return line;
            }
            else if (lookup is null)
            {
                yield return line.Trim();
            }
            else if (lookup(line.Trim()) is { } value)
            {
                yield return $"{line.Trim()}={value}";
            }
        }
    }

    private static string[] ReadLines(string path, int exitCode)
    {
        var bytes = File.ReadAllBytes(path);
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return text.TrimStart('\uFEFF').Split('\n', StringSplitOptions.None).Select(static line => line.TrimEnd('\r')).ToArray();
        }
        catch (DecoderFallbackException)
        {
            throw new CommandException($"invalid env file ({path}): invalid utf8 bytes", exitCode);
        }
    }
}
