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

    /// <summary>Every instruction of the stages that are built, in the order of planning.</summary>
    public IReadOnlyList<PlannedInstruction> Instructions { get; init; } = [];
}

/// <summary>A tree that an inventory of its own is made of.</summary>
/// <param name="Name">A stage's, or <c>context</c>.</param>
/// <param name="Step">What gives the tree.</param>
public sealed record ScanTarget(string Name, Step Step);

/// <summary>An instruction of a stage that is built.</summary>
/// <param name="Stage">The stage's index in the file.</param>
/// <param name="Instruction">As the file has it, or a trigger of the base.</param>
/// <param name="Step">What it became; null if it only changed the configuration. Of a FROM, what the stage begins with.</param>
public sealed record PlannedInstruction(int Stage, Instruction Instruction, Step? Step)
{
    /// <summary>What it did to the configuration, variables expanded.</summary>
    public string Effect { get; init; } = "";

    /// <summary>It comes from an ONBUILD of the base.</summary>
    public bool IsTrigger { get; init; }

    /// <summary>Of a FROM, the index of the stage that it builds upon; null for an image.</summary>
    public int? Base { get; init; }
}

/// <summary>An argument of a stage, with its value for this build; null if it has none.</summary>
public sealed record PlannedArgument(string Name, string? Value, ArgInstruction Declared);
