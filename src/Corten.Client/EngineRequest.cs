namespace Corten.Client;

/// <summary>One request of the Engine API.</summary>
/// <param name="Method">GET, POST, …</param>
/// <param name="Path">Path and query without the version: <c>/containers/json?all=1</c>.</param>
public sealed record EngineRequest(string Method, string Path)
{
    /// <summary>A body that is held in memory. It is sent again if a kept connection turns out to be dead.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Writes a body of unknown length, which goes out in chunks.</summary>
    public Action<Stream>? WriteBody { get; init; }

    public string ContentType { get; init; } = "application/json";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Asks for the connection itself: <c>tcp</c> for attach and exec, <c>h2c</c> for gRPC.</summary>
    public string? Upgrade { get; init; }
}
