using System.Text.Json.Serialization;

namespace Corten.EngineApi.Containers;

/// <summary>One more process for a running container.</summary>
public sealed record ExecConfig
{
    public string User { get; set; } = "";
    public bool Privileged { get; set; }
    public bool Tty { get; set; }

    /// <summary>Height and width.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? ConsoleSize { get; set; }

    public bool AttachStdin { get; set; }
    public bool AttachStderr { get; set; }
    public bool AttachStdout { get; set; }
    public string DetachKeys { get; set; } = "";
    public IReadOnlyList<string>? Env { get; set; }
    public string WorkingDir { get; set; } = "";
    public IReadOnlyList<string>? Cmd { get; set; }

    /// <summary>Says nothing here: the start decides.</summary>
    public bool Detach { get; set; }
}

public sealed record ExecCreated
{
    public string Id { get; set; } = "";
}

/// <summary>The body of an exec's start; <c>ConsoleSize</c> (height, width) needs <c>Tty</c>.</summary>
public sealed record ExecStart
{
    public bool Detach { get; set; }
    public bool Tty { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? ConsoleSize { get; set; }
}

public sealed record ExecInspect
{
    public string ID { get; set; } = "";
    public bool Running { get; set; }

    /// <summary>Null until it has ended.</summary>
    public int? ExitCode { get; set; }

    public ExecProcessConfig ProcessConfig { get; set; } = new();
    public bool OpenStdin { get; set; }
    public bool OpenStderr { get; set; }
    public bool OpenStdout { get; set; }
    public bool CanRemove { get; set; }
    public string ContainerID { get; set; } = "";

    /// <summary>The bytes, in base64.</summary>
    public string DetachKeys { get; set; } = "";

    public int Pid { get; set; }
}

public sealed record ExecProcessConfig
{
    [JsonPropertyName("tty")] public bool Tty { get; set; }
    [JsonPropertyName("entrypoint")] public string Entrypoint { get; set; } = "";
    [JsonPropertyName("arguments")] public IReadOnlyList<string> Arguments { get; set; } = [];

    [JsonPropertyName("privileged")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Privileged { get; set; }

    [JsonPropertyName("user")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? User { get; set; }
}
