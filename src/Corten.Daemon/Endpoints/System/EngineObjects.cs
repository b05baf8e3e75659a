namespace Corten.Daemon.Endpoints.System;

/// <summary>What <c>/info</c> counts and names of the other capabilities.</summary>
internal sealed record EngineObjects
{
    public required Func<(int Running, int Paused, int Stopped)> Containers { get; init; }

    public required Func<int> Images { get; init; }

    public required IReadOnlyList<string> NetworkDrivers { get; init; }

    public required IReadOnlyList<string> LogDrivers { get; init; }

    /// <summary>The program that containers are run with.</summary>
    public required string RuntimePath { get; init; }
}
