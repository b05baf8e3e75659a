using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Image;

namespace Corten.Build.Dockerfile.Instructions;

/// <summary>An instruction with its arguments understood, not yet expanded.</summary>
public abstract record Instruction
{
    /// <summary>The instruction's word as written.</summary>
    public string Keyword { get; init; } = "";

    /// <summary>The whole instruction, continuations joined, trimmed.</summary>
    public string Text { get; init; } = "";

    public SourceRange Range { get; init; }

    /// <summary>The comments directly above.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];
}

/// <summary><c>FROM [--platform=P] base [AS name]</c>: begins a stage.</summary>
public sealed record FromInstruction(string Base, string? Name, string? Platform) : Instruction;

/// <summary>One name of an ARG; <see cref="Default"/> is null when none is written.</summary>
public sealed record ArgDefinition(string Name, string? Default);

public sealed record ArgInstruction(IReadOnlyList<ArgDefinition> Definitions) : Instruction;

/// <summary>What RUN, CMD and ENTRYPOINT execute: an argument vector, or one string for the shell.</summary>
/// <param name="Words">The vector; in shell form one string, or none.</param>
/// <param name="IsShell">True for the shell form.</param>
/// <param name="Heredocs">Here-documents after a RUN.</param>
public sealed record CommandLine(IReadOnlyList<string> Words, bool IsShell, IReadOnlyList<Heredoc> Heredocs);

/// <summary>RUN. Mounts stay text until their variables are known.</summary>
public sealed record RunInstruction(CommandLine Command, IReadOnlyList<string> Mounts) : Instruction
{
    /// <summary><c>default</c>, <c>none</c> or <c>host</c>; null if not given.</summary>
    public string? Network { get; init; }

    /// <summary><c>sandbox</c> or <c>insecure</c>; null if not given.</summary>
    public string? Security { get; init; }

    public IReadOnlyList<string> Devices { get; init; } = [];
}

public sealed record CmdInstruction(CommandLine Command) : Instruction;

public sealed record EntrypointInstruction(CommandLine Command) : Instruction;

/// <summary>A pair of ENV or LABEL; <see cref="Legacy"/> for the form <c>name value</c>.</summary>
public sealed record KeyValue(string Key, string Value, bool Legacy)
{
    /// <summary>As a history shows it.</summary>
    public override string ToString() => $"{Key}={Value}";
}

public sealed record EnvInstruction(IReadOnlyList<KeyValue> Pairs) : Instruction;

public sealed record LabelInstruction(IReadOnlyList<KeyValue> Pairs) : Instruction;

public sealed record MaintainerInstruction(string Author) : Instruction;

/// <summary>Ports, sorted as written; variables may still expand to several.</summary>
public sealed record ExposeInstruction(IReadOnlyList<string> Ports) : Instruction;

/// <summary>COPY and ADD: sources and destination.</summary>
public abstract record TransferInstruction : Instruction
{
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Here-documents among the sources; each becomes a file of its name.</summary>
    public required IReadOnlyList<Heredoc> Documents { get; init; }

    public required string Destination { get; init; }

    public string? Chown { get; init; }

    public string? Chmod { get; init; }

    public bool Link { get; init; }

    public IReadOnlyList<string> Excludes { get; init; } = [];
}

public sealed record CopyInstruction : TransferInstruction
{
    /// <summary>A stage, a named context or an image; null for the build context.</summary>
    public string? From { get; init; }

    public bool Parents { get; init; }
}

public sealed record AddInstruction : TransferInstruction
{
    public string? Checksum { get; init; }

    /// <summary>Null when not given: local archives are unpacked, remote ones are not.</summary>
    public bool? Unpack { get; init; }

    public bool? KeepGitDir { get; init; }
}

public sealed record VolumeInstruction(IReadOnlyList<string> Paths) : Instruction;

public sealed record UserInstruction(string User) : Instruction;

public sealed record WorkdirInstruction(string Path) : Instruction;

/// <summary>An instruction for whoever builds upon this image, as text.</summary>
public sealed record OnbuildInstruction(string Trigger) : Instruction;

public sealed record StopSignalInstruction(string Signal) : Instruction;

public sealed record HealthcheckInstruction(ImageHealthcheck Healthcheck) : Instruction;

public sealed record ShellInstruction(IReadOnlyList<string> Shell) : Instruction;

/// <summary>A stage: its FROM and what follows up to the next one.</summary>
public sealed record Stage(FromInstruction From, IReadOnlyList<Instruction> Instructions);

/// <summary>A Dockerfile whose every line is understood.</summary>
public sealed record DockerfileProgram(DockerfileText Text, IReadOnlyList<ArgInstruction> GlobalArguments, IReadOnlyList<Stage> Stages);
