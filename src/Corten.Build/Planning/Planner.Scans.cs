using Corten.Oci.Image;

namespace Corten.Build.Planning;

/// <summary>
/// What inventories look into besides the result (docs.docker.com/build/metadata/attestations/sbom): stages with <c>ARG BUILDKIT_SBOM_SCAN_STAGE</c>, and the context if
/// the target has <c>ARG BUILDKIT_SBOM_SCAN_CONTEXT</c>. Either is a truth value or names of stages that it holds for.
/// </summary>
public sealed partial class Planner
{
    private const string ScanContext = "BUILDKIT_SBOM_SCAN_CONTEXT";
    private const string ScanStage = "BUILDKIT_SBOM_SCAN_STAGE";

    /// <summary>Arguments that steer attestations and never reach the environment.</summary>
    internal static readonly HashSet<string> ScanArguments = [ScanContext, ScanStage];

    private IReadOnlyList<ScanTarget> ScansFor(int target)
    {
        if (!_options.Inventories)
        {
            return [];
        }

        var found = _planned.Where(p => p.Key != target && IsScanned(ScanStage, p.Key)).OrderBy(p => p.Key).Select(p => new ScanTarget(StageName(p.Key), p.Value.Tip));
        return [.. IsScanned(ScanContext, target) ? [new ScanTarget("context", ScannedContext())] : (ScanTarget[])[], .. found];
    }

    /// <summary>What instructions take of the context; all of it if they take nothing.</summary>
    private Step ScannedContext() => _locals.TryGetValue(LocalStep.MainContext, out var local) ? local : MainContext("/");

    private string StageName(int index) => _program.Stages[index].From.Name?.ToLowerInvariant() ?? $"stage-{index}";

    /// <summary>The stage's own word, or that of a stage it is built from, or else that before the first FROM.</summary>
    private bool IsScanned(string argument, int stage)
    {
        var value = _planned[stage].Arguments.LastOrDefault(a => a.Name == argument && a.Default is not null)?.Default ?? _globals.Values.Get(argument);
        return value is "1" or "t" or "T" or "true" or "TRUE" or "True" || value?.Split(',').Contains(StageName(stage)) == true;
    }
}
