namespace Corten.Daemon.Http;

/// <summary>What the engine says it is, in headers and in <c>/version</c>.</summary>
internal sealed record EngineIdentity
{
    /// <summary>The version of Docker Engine that Corten answers as: clients turn functions on and off by it.</summary>
    public required string Version { get; init; }

    public bool Experimental { get; init; }

    /// <summary>A UUID that stays with the data root.</summary>
    public required string Id { get; init; }
}
