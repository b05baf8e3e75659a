using System.Text.RegularExpressions;
using Corten.Oci.Errors;

namespace Corten.Build.Planning;

/// <summary>
/// A git repository as contexts and ADD name it: <c>git@host:path</c>, <c>ssh://</c>, <c>git://</c>, <c>https://host/x.git</c>, each with
/// <c>#ref[:folder]</c> or with a query (<c>?ref= tag= branch= subdir= checksum= keep-git-dir= submodules=</c>).
/// </summary>
public sealed partial record GitReference
{
    /// <summary>What git is given.</summary>
    public required string Remote { get; init; }

    /// <summary>A branch, tag or commit; null for the remote's HEAD.</summary>
    public string? Ref { get; init; }

    /// <summary>The folder within the repository that counts; empty for all.</summary>
    public string Folder { get; init; } = "";

    public string? Checksum { get; init; }

    public bool? KeepGitDir { get; init; }

    public bool Submodules { get; init; } = true;

    /// <summary>The repository's name, as a folder is called after it.</summary>
    public string ShortName => System.IO.Path.GetFileNameWithoutExtension(Remote.TrimEnd('/'));

    /// <summary>Null if the text is no git reference.</summary>
    public static GitReference? TryParse(string text)
    {
        var hash = text.IndexOf('#');
        var (address, fragment) = hash < 0 ? (text, "") : (text[..hash], text[(hash + 1)..]);
        var question = address.IndexOf('?');
        var (remote, query) = question < 0 ? (address, "") : (address[..question], address[(question + 1)..]);
        if (!IsRemote(remote))
        {
            return null;
        }

        var colon = fragment.IndexOf(':');
        var reference = new GitReference
        {
            Remote = remote.StartsWith("github.com/", StringComparison.Ordinal) ? "https://" + remote : remote,
            Ref = (colon < 0 ? fragment : fragment[..colon]) is { Length: > 0 } name ? name : null,
            Folder = colon < 0 ? "" : fragment[(colon + 1)..],
        };
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            reference = reference.With(pair);
        }

        return reference.Ref?.StartsWith('-') == true || reference.Remote.StartsWith('-')
            ? throw CortenException.Invalid($"invalid git reference: {text}")
            : reference;
    }

    private GitReference With(string pair)
    {
        var equals = pair.IndexOf('=');
        var (key, value) = equals < 0 ? (pair, "") : (pair[..equals], Uri.UnescapeDataString(pair[(equals + 1)..]));
        return key switch
        {
            "ref" => this with { Ref = value },
            "tag" => this with { Ref = "refs/tags/" + value },
            "branch" => this with { Ref = "refs/heads/" + value },
            "subdir" => this with { Folder = value },
            "checksum" or "commit" => this with { Checksum = value },
            "keep-git-dir" => this with { KeepGitDir = value is "" or "1" or "true" },
            "submodules" => this with { Submodules = value is "" or "1" or "true" },
            _ => throw CortenException.Invalid($"unexpected query {key}"),
        };
    }

    private static bool IsRemote(string remote) =>
        remote.StartsWith("git://", StringComparison.Ordinal) || remote.StartsWith("ssh://", StringComparison.Ordinal)
        || ScpLike().IsMatch(remote)
        || (remote.StartsWith("github.com/", StringComparison.Ordinal) && remote.Length > "github.com/".Length)
        || ((remote.StartsWith("http://", StringComparison.Ordinal) || remote.StartsWith("https://", StringComparison.Ordinal))
            && remote.EndsWith(".git", StringComparison.Ordinal));

    [GeneratedRegex(@"^[a-zA-Z0-9_][a-zA-Z0-9_.-]*@[a-zA-Z0-9.-]+:[^/].*$")]
    private static partial Regex ScpLike();
}
