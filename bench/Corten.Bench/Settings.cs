namespace Corten.Bench;

/// <summary>What is measured, and how often.</summary>
public sealed record Settings
{
    public required string DockerHost { get; init; }

    public required string CortenHost { get; init; }

    /// <summary>The folder of Corten's programs.</summary>
    public required string Out { get; init; }

    public string? Crun { get; init; }

    /// <summary>The image of the pull row, as Docker's registry names it and as Corten's does.</summary>
    public string[]? PullImage { get; init; }

    public int Rounds { get; init; } = 20;

    public string Corten => Path.Combine(Out, "corten");

    public string Runtime => Path.Combine(Out, "corten-runtime");
}

/// <summary>One thing that is measured: a name, the ways of doing it, and how often. The first way is what the others are compared with.</summary>
public interface IRow
{
    string Name { get; }

    /// <summary>Makes what the measured commands need; the disposable takes it away.</summary>
    Task<IReadOnlyList<Way>> PrepareAsync(Settings settings, CancellationToken cancel);

    Task CleanAsync(Settings settings);
}

/// <summary>One way to do a row's work; <see cref="RunAsync"/> gives milliseconds (or another unit that the row's name states).</summary>
public sealed record Way(string Name, Func<Task<double>> RunAsync);
