using System.Text.RegularExpressions;
using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Instructions;
using Corten.Oci.Image;

namespace Corten.Build.Planning;

/// <summary>
/// Recommendations of ours beyond the stock rules: what the usual guides call best practice. They look at the text and at the
/// planned image, and never fail a build.
/// </summary>
public static partial class PracticeChecks
{
    /// <param name="program">The file.</param>
    /// <param name="image">The target's configuration.</param>
    /// <param name="hasIgnoreFile">The context has a .dockerignore.</param>
    /// <param name="report">Where findings go.</param>
    public static void Run(DockerfileProgram program, ImageConfig image, bool hasIgnoreFile, CheckReport report)
    {
        var names = program.Stages.Select(s => s.From.Name).OfType<string>().ToHashSet();
        foreach (var stage in program.Stages)
        {
            FloatingBase(stage.From, names, report);
            foreach (var run in stage.Instructions.OfType<RunInstruction>())
            {
                UnpinnedPackages(run, report);
            }

            EarlyCopy(stage, report);
        }

        Image(program.Stages[^1], image, report);
        if (!hasIgnoreFile && program.Stages.SelectMany(s => s.Instructions).OfType<CopyInstruction>()
            .FirstOrDefault(CopiesWholeContext) is { } copy)
        {
            report.Add(CheckRules.MissingIgnoreFile, copy.Range, "The whole context is copied and there is no .dockerignore: write one that lists what the image does not need",
                copy.Comments);
        }
    }

    private static void FloatingBase(FromInstruction from, HashSet<string> stages, CheckReport report)
    {
        if (stages.Contains(from.Base) || from.Base == "scratch" || from.Base.Contains('$') || !ImageReference.TryParse(from.Base, out var reference))
        {
            return;
        }

        if (reference.Digest.IsEmpty && reference.Tag is null or ImageReference.DefaultTag)
        {
            report.Add(CheckRules.LatestBaseImage, from.Range, $"Base image '{from.Base}' has no fixed tag: name a version", from.Comments);
        }
    }

    private static void UnpinnedPackages(RunInstruction run, CheckReport report)
    {
        foreach (var line in run.Command.Words)
        {
            foreach (Match match in Install().Matches(line))
            {
                var words = match.Groups["packages"].Value.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                // A file of requirements or constraints is no package: what is in it may well be pinned.
                var loose = words.Where((_, i) => i == 0 || words[i - 1] is not ("-r" or "--requirement" or "-c" or "--constraint"))
                    .Where(p => !p.StartsWith('-') && !p.Contains('=') && !p.Contains('@') && !p.Contains('$') && !p.Contains('/') && !p.StartsWith('.'))
                    .FirstOrDefault(p => PackageName().IsMatch(p));
                if (loose is not null)
                {
                    report.Add(CheckRules.UnpinnedPackage, run.Range, $"Package '{loose}' is installed in whatever version is current: give one", run.Comments);
                }
            }
        }
    }

    /// <summary>A copy of everything, followed by the installation of dependencies that a few files describe.</summary>
    private static void EarlyCopy(Stage stage, CheckReport report)
    {
        var copied = stage.Instructions.OfType<CopyInstruction>().FirstOrDefault(CopiesWholeContext);
        if (copied is null)
        {
            return;
        }

        var after = stage.Instructions.SkipWhile(i => i != copied).OfType<RunInstruction>();
        if (after.FirstOrDefault(r => r.Command.Words.Any(w => Dependencies().IsMatch(w))) is { } install)
        {
            report.Add(CheckRules.CopyBeforeDependencies, copied.Range,
                $"Everything is copied before '{install.Command.Words[0].Trim()}': copy the files that describe the dependencies first, the rest after it", copied.Comments);
        }
    }

    private static void Image(Stage last, ImageConfig image, CheckReport report)
    {
        var defaults = image.Config ?? new ContainerDefaults();
        if (defaults.User is null or "root" or "0" or "0:0" or "root:root")
        {
            report.Add(CheckRules.RunsAsRoot, last.From.Range, "The image runs as root: set USER after the last step that needs root", last.From.Comments);
        }

        if (defaults.Healthcheck is null && defaults.ExposedPorts is { Count: > 0 })
        {
            report.Add(CheckRules.MissingHealthcheck, last.From.Range, "The image offers a port and has no HEALTHCHECK", last.From.Comments);
        }
    }

    private static bool CopiesWholeContext(CopyInstruction copy) => copy.From is null && copy.Sources.Any(s => s is "." or "./" or "/");

    [GeneratedRegex(@"\b(?:apt-get|apt|apk|dnf|yum|pip|pip3|npm)\s+(?:-\S+\s+)*(?:install|add)\s+(?<packages>[^&|;]*)")]
    private static partial Regex Install();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9.+_-]*$")]
    private static partial Regex PackageName();

    [GeneratedRegex(@"\b(?:npm (?:ci|install)|yarn(?: install)?|pnpm install|pip3? install\b.*-r|go mod download|bundle install|composer install|cargo fetch|dotnet restore|mvn .*dependency)\b")]
    private static partial Regex Dependencies();
}
