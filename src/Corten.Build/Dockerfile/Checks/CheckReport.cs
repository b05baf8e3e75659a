using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Errors;

namespace Corten.Build.Dockerfile.Checks;

/// <summary>One finding: the rule, its words for this case, and the lines it is about.</summary>
public sealed record CheckFinding(CheckRule Rule, string Message, SourceRange Range);

/// <summary>Collects findings, as directives allow them. Each is reported once for its place.</summary>
public sealed class CheckReport(string? overriding = null)
{
    private readonly HashSet<CheckFinding> _known = [];
    private readonly List<CheckFinding> _findings = [];
    private CheckOptions _options = overriding is null ? CheckOptions.Default : CheckOptions.Parse(overriding, "build-arg:BUILDKIT_DOCKERFILE_CHECK");

    public IReadOnlyList<CheckFinding> Findings => _findings;

    /// <summary>Called with each finding as it is made.</summary>
    public Action<CheckFinding>? Found { get; set; }

    /// <summary>Takes the file's own directive, unless the build overrides it (BUILDKIT_DOCKERFILE_CHECK).</summary>
    public void Configure(DockerfileText text)
    {
        if (overriding is null && text.Directives.TryGetValue("check", out var directive))
        {
            _options = CheckOptions.Parse(directive.Value);
        }
    }

    /// <param name="rule">What was found.</param>
    /// <param name="range">Where.</param>
    /// <param name="message">In words.</param>
    /// <param name="comments">The comments above the instruction, which may hold a directive of their own.</param>
    public void Add(CheckRule rule, SourceRange range, string message, IReadOnlyList<string> comments)
    {
        var finding = new CheckFinding(rule, message, range);
        if (OptionsAt(comments).Allows(rule) && _known.Add(finding))
        {
            _findings.Add(finding);
            Found?.Invoke(finding);
        }
    }

    /// <summary>Fails the build if <c>error=true</c> was asked for and anything was found.</summary>
    public void ThrowIfErrors()
    {
        if (_options.Error && _findings.Any(f => !f.Rule.Practice))
        {
            var rules = _findings.Where(f => !f.Rule.Practice).Select(f => f.Rule.Name).Distinct();
            throw CortenException.Invalid($"lint violation found for rules: {string.Join(", ", rules)}");
        }
    }

    private CheckOptions OptionsAt(IReadOnlyList<string> comments)
    {
        foreach (var comment in comments)
        {
            if (Directives.InComment(comment) is { Name: "check" } directive)
            {
                return TryParse(directive.Value.Split(' ', 2)[0]) is { } local ? _options.With(local) : _options;
            }
        }

        return _options;
    }

    private static CheckOptions? TryParse(string text)
    {
        try
        {
            return CheckOptions.Parse(text);
        }
        catch (CortenException)
        {
            // A comment that only looks like a directive is a comment.
            return null;
        }
    }
}
