using System.Text.Json.Serialization;

namespace Corten.Containers.Model;

/// <summary>Where a container is in its life.</summary>
public enum Phase
{
    Created,
    Running,
    /// <summary>Ended, and waiting to be started again by its restart policy.</summary>
    Restarting,
    Exited,
    /// <summary>A removal has begun; it is finished, after a crash too.</summary>
    Removing,
    /// <summary>A removal failed half-way: all that is left to do is to remove it again.</summary>
    Dead,
}

/// <summary>What changes while a container lives. Immutable: a change is a new one, so that readers see one moment.</summary>
public sealed record ContainerStatus
{
    public Phase Phase { get; init; }

    public bool Paused { get; init; }

    /// <summary>Its init on the host, 0 when there is none; and when that process started, so that a pid used again is not taken for it.</summary>
    public int Pid { get; init; }

    public ulong PidStartTime { get; init; }

    public int ExitCode { get; init; }

    /// <summary>Why it could not be started.</summary>
    public string Error { get; init; } = "";

    public bool OomKilled { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset FinishedAt { get; init; }

    /// <summary>How often its policy has restarted it.</summary>
    public int RestartCount { get; init; }

    /// <summary>A user stopped it: <c>unless-stopped</c> leaves it so when the daemon starts.</summary>
    public bool StoppedByUser { get; init; }

    /// <summary>It was running when the daemon knew it last, or is waiting to be.</summary>
    [JsonIgnore]
    public bool IsUp => Phase is Phase.Running or Phase.Restarting;

    [JsonIgnore]
    public bool IsRunning => Phase == Phase.Running;

    /// <summary>In Docker's words.</summary>
    [JsonIgnore]
    public string Word => Phase switch
    {
        Phase.Running => Paused ? "paused" : "running",
        Phase.Restarting => "restarting",
        Phase.Removing => "removing",
        Phase.Dead => "dead",
        Phase.Created => "created",
        _ => "exited",
    };
}
