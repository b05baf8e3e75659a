using System.Text.Json;
using Corten.Cli.Output;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Containers;

/// <summary><c>--security-opt</c>, <c>--cap-add</c> and <c>--cap-drop</c>.</summary>
internal sealed class SecurityArguments
{
    private const int Failed = 125;
    private const string All = "ALL";

    private readonly Invocation call;

    public SecurityArguments(Invocation call)
    {
        this.call = call;
        foreach (var word in call.List("security-opt"))
        {
            if (word == "systempaths=unconfined")
            {
                UnconfinedPaths = true;
            }
            else
            {
                Options.Add(Option(word));
            }
        }
    }

    public List<string> Options { get; } = [];

    /// <summary>Nothing is masked or made read-only in /proc and /sys.</summary>
    public bool UnconfinedPaths { get; }

    /// <summary>Names with their prefix, sorted.</summary>
    public (List<string> Added, List<string> Dropped) Capabilities()
    {
        var added = Normalize("cap-add");
        var dropped = Normalize("cap-drop");
        if (added.Contains(All))
        {
            added = [All];
        }
        if (dropped.Contains(All))
        {
            dropped = [All];
        }
        return ([.. added], [.. dropped]);
    }

    private SortedSet<string> Normalize(string option)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var word in call.List(option))
        {
            var name = word.Trim().ToUpperInvariant();
            names.Add(name == All || name.StartsWith("CAP_", StringComparison.Ordinal) ? name : "CAP_" + name);
        }
        return names;
    }

    private static string Option(string word)
    {
        var at = word.IndexOfAny(['=', ':']);
        if (at < 0)
        {
            return word == "no-new-privileges" ? word : throw new CommandException($"Invalid --security-opt: {GoQuote.Quote(word)}", Failed);
        }
        var value = word[(at + 1)..];
        return word[..at] == "seccomp" && value is not ("unconfined" or "builtin") ? $"seccomp={ReadProfile(value)}" : word;
    }

    /// <summary>The engine gets the profile itself, without blanks: it may be on another machine.</summary>
    private static string ReadProfile(string path)
    {
        if (!File.Exists(path))
        {
            throw new CommandException($"opening seccomp profile ({path}) failed: open {path}: no such file or directory", Failed);
        }
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Disallow });
            return Json.Compact(json.RootElement.WriteTo);
        }
        catch (JsonException)
        {
            throw new CommandException($"compacting json for seccomp profile ({path}) failed: the file is not JSON", Failed);
        }
    }
}
