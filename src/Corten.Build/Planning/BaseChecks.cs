using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Build.Planning;

/// <summary>The checks of FROM lines.</summary>
internal static class BaseChecks
{
    /// <summary>Names that a mistyped base is compared with.</summary>
    public static readonly string[] CommonImages =
        [.. new[] { "alpine", "busybox", "centos", "debian", "golang", "ubuntu", "fedora" }.SelectMany(n => new[] { n, n + ":latest" })];

    /// <summary>Bases should be valid names when no argument is given.</summary>
    public static void Defaults(DockerfileProgram program, Platform platform, CheckReport report)
    {
        try
        {
            var scope = GlobalScope.Build(program, platform, "", new Dictionary<string, string>());
            var expander = new VariableExpander(program.Text.Escape);
            foreach (var from in program.Stages.Select(s => s.From))
            {
                if (!ImageReference.TryParse(expander.Expand(from.Base, scope.Values).Text, out _))
                {
                    report.Add(CheckRules.InvalidDefaultArgInFrom, from.Range,
                        $"Default value for ARG {from.Base} results in empty or invalid base image name", []);
                }
            }
        }
        catch (CortenException)
        {
            // Text that does not expand fails the build with its own words.
        }
    }

    public static void UndeclaredArguments(FromInstruction from, Dockerfile.Expansion.Expansion used, GlobalScope scope, CheckReport report)
    {
        foreach (var name in used.Unmatched.Where(n => !scope.Declared.Contains(n)))
        {
            report.Add(CheckRules.UndefinedArgInFrom, from.Range,
                Suggestion.Append($"FROM argument '{name}' is not declared", name, scope.Declared), from.Comments);
        }
    }

    public static void PlatformFlag(FromInstruction from, Dockerfile.Expansion.Expansion flag, GlobalScope scope, CheckReport report)
    {
        UndeclaredArguments(from, flag, scope, report);
        if (flag.Matched.Count == 1 && flag.Unmatched.Count == 0 && flag.Matched.Contains("TARGETPLATFORM")
            && flag.Text == scope.Values.Get("TARGETPLATFORM"))
        {
            report.Add(CheckRules.RedundantTargetPlatform, from.Range,
                $"Setting platform to predefined {from.Platform} in FROM is redundant as this is the default behavior", from.Comments);
        }

        if (flag.Matched.Count == 0 && flag.Unmatched.Count == 0 && IsUnexplainedPlatform(from.Name ?? "", flag.Text))
        {
            report.Add(CheckRules.FromPlatformFlagConstDisallowed, from.Range,
                $"FROM --platform flag should not use constant value {GoText.Quote(flag.Text)}", from.Comments);
        }
    }

    /// <summary>A constant is fine if the stage's name says so.</summary>
    private static bool IsUnexplainedPlatform(string stage, string text)
    {
        try
        {
            var platform = Platform.Parse(text);
            return !stage.Contains(platform.Os, StringComparison.Ordinal) && !stage.Contains(platform.Architecture, StringComparison.Ordinal);
        }
        catch (CortenException)
        {
            // Reported as an error where the platform is used.
            return false;
        }
    }
}
