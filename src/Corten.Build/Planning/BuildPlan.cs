using Corten.Build.Dockerfile.Instructions;
using Corten.Oci.Image;

namespace Corten.Build.Planning;

/// <summary>What is to be built for one platform.</summary>
public sealed record BuildPlan
{
    public required Platform Platform { get; init; }

    /// <summary>The step whose tree the image has.</summary>
    public required Step Target { get; init; }

    /// <summary>The image's configuration, without layers and times.</summary>
    public required ImageConfig Config { get; init; }

    public required DockerfileProgram Program { get; init; }

    /// <summary>The images that it starts or copies from, for provenance.</summary>
    public IReadOnlyList<BaseImage> BaseImages { get; init; } = [];

    /// <summary>The arguments that the planned stages declare, in order; platform arguments left out.</summary>
    public IReadOnlyList<PlannedArgument> Arguments { get; init; } = [];

    /// <summary>Arguments that were given and that no stage up to the target declares, sorted.</summary>
    public IReadOnlyList<string> UnusedArguments { get; init; } = [];

    /// <summary>What an inventory looks into besides the result: stages, and the build context.</summary>
    public IReadOnlyList<ScanTarget> Scans { get; init; } = [];

    public DateTimeOffset? Epoch { get; init; }

    /// <summary>Every instruction of the stages that are built, in the order of planning, with the step that it became.</summary>
    public IReadOnlyList<PlannedInstruction> Instructions { get; init; } = [];
}

/// <summary>A tree that an inventory of its own is made of.</summary>
/// <param name="Name">A stage's, or <c>context</c>.</param>
/// <param name="Step">What gives the tree.</param>
public sealed record ScanTarget(string Name, Step Step);

/// <summary>An instruction and its step; null if it only changed the configuration.</summary>
public sealed record PlannedInstruction(Instruction Instruction, Step? Step);

/// <summary>An argument of a stage, with its value for this build; null if it has none.</summary>
public sealed record PlannedArgument(string Name, string? Value, ArgInstruction Declared);
