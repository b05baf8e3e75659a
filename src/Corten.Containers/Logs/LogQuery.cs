namespace Corten.Containers.Logs;

/// <summary>What a client wants of a log. Times are nanoseconds since 1970, 0 for no bound.</summary>
public sealed record LogQuery
{
    public bool Stdout { get; init; }

    public bool Stderr { get; init; }

    public bool Follow { get; init; }

    public bool Timestamps { get; init; }

    /// <summary>With the attributes that <c>--log-opt</c> put into every record.</summary>
    public bool Details { get; init; }

    public long Since { get; init; }

    public long Until { get; init; }

    /// <summary>How many of the last records; null for all.</summary>
    public long? Tail { get; init; }
}
