namespace Corten.Supervision.Monitor;

/// <summary>Where the monitor writes a container's output, and how much of it is kept.</summary>
public sealed record LogTarget
{
    /// <summary><c>json-file</c>, <c>local</c>, <c>none</c>, <c>journald</c> or <c>syslog</c>.</summary>
    public required string Driver { get; set; }

    /// <summary>The file of <c>json-file</c> and <c>local</c>; for a remote driver, its local copy that <c>logs</c> reads, or null.</summary>
    public string? Path { get; set; }

    /// <summary>Bytes at which the file is rotated; 0 for never.</summary>
    public long MaxSize { get; set; }

    /// <summary>How many files are kept, the current one included; at least 1.</summary>
    public int MaxFiles { get; set; } = 1;

    /// <summary>Bytes that may wait for a log service with <c>mode=non-blocking</c>.</summary>
    public long BufferSize { get; set; }

    /// <summary>Attributes added to every record (labels, env, tag).</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; set; }

    /// <summary>The drivers' own options, as given by <c>--log-opt</c>.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; set; }
}
