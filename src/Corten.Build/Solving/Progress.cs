using Corten.Build.Dockerfile.Checks;
using Corten.Build.Dockerfile.Instructions;
using Corten.Build.Planning;
using Corten.EngineApi.Streams;
using Corten.Oci.Image;

namespace Corten.Build.Solving;

/// <summary>Which of a process's outputs.</summary>
public enum OutputStream
{
    Out = 1,
    Error = 2,
}

/// <summary>
/// Follows a build: vertices (steps and work of ours) begin and end, and write in between. Calls come from several threads at once.
/// </summary>
public interface IBuildProgress
{
    /// <summary>A vertex that will be begun, with those it waits for.</summary>
    void Announce(BuildVertex vertex);

    void Begin(BuildVertex vertex);

    /// <param name="vertex">The one that ends.</param>
    /// <param name="cached">Its result was there already.</param>
    /// <param name="error">Why it failed; null if it did not.</param>
    void End(BuildVertex vertex, bool cached, string? error);

    /// <summary>Output of a RUN.</summary>
    void Write(BuildVertex vertex, OutputStream stream, ReadOnlySpan<byte> data);

    /// <summary>Part of a vertex: <c>transferring context</c>, <c>exporting layers</c>.</summary>
    void Status(BuildVertex vertex, string id, long current, long total, bool done);

    void Warn(BuildVertex? vertex, CheckFinding finding);

    /// <summary>Something that was asked for is not, or not wholly, done.</summary>
    void Warn(BuildVertex vertex, string text);

    /// <summary>The file is read; nothing is looked up yet.</summary>
    /// <param name="program">The file.</param>
    /// <param name="stages">Those that will be built, in its order.</param>
    void Parsed(DockerfileProgram program, IReadOnlyList<int> stages)
    {
    }

    /// <summary>A base is on its way, as <c>docker pull</c> tells it.</summary>
    void Pulling(BuildVertex vertex, ImageReference name, ProgressMessage line)
    {
        if (line is { Id: { } layer, ProgressDetail: { Total: > 0 } detail })
        {
            Status(vertex, line.Status == "Extracting" ? $"extracting {layer}" : layer, detail.Current, detail.Total, detail.Current >= detail.Total);
        }
    }

    /// <summary>It is known what will be done.</summary>
    void Planned(BuildPlan plan)
    {
    }

    /// <summary>What a vertex gives is known: for one that was done before, before it begins; else before it ends.</summary>
    /// <param name="vertex">That of a step.</param>
    /// <param name="identity">See <see cref="Tree.Identity"/>.</param>
    void Known(BuildVertex vertex, string identity)
    {
    }
}

/// <summary>A line of the progress.</summary>
/// <param name="Name">What is shown.</param>
/// <param name="Step">The step it is for; null for work of ours.</param>
/// <param name="Inputs">The vertices that it follows.</param>
public sealed record BuildVertex(string Name, Step? Step, IReadOnlyList<BuildVertex> Inputs)
{
    /// <summary>Distinguishes vertices of the same name.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    public bool Equals(BuildVertex? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Id.GetHashCode();
}

/// <summary>Nobody watches.</summary>
public sealed class NoProgress : IBuildProgress
{
    public static readonly NoProgress Instance = new();

    public void Announce(BuildVertex vertex)
    {
    }

    public void Begin(BuildVertex vertex)
    {
    }

    public void End(BuildVertex vertex, bool cached, string? error)
    {
    }

    public void Write(BuildVertex vertex, OutputStream stream, ReadOnlySpan<byte> data)
    {
    }

    public void Status(BuildVertex vertex, string id, long current, long total, bool done)
    {
    }

    public void Warn(BuildVertex? vertex, CheckFinding finding)
    {
    }

    public void Warn(BuildVertex vertex, string text)
    {
    }
}
