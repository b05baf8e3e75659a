using System.Text.Json;

namespace Corten.Daemon.Configuration;

/// <summary>One thing that can be set, by a flag, by a key of the configuration file, or by both.</summary>
internal sealed record Option
{
    /// <summary>Without the dashes.</summary>
    public required string Flag { get; init; }

    public char? Short { get; init; }

    /// <summary>The key in the file; null for what only a flag can set.</summary>
    public string? Key { get; init; }

    /// <summary>What kind of value, for <c>--help</c>; empty for a truth value, which may stand without one.</summary>
    public string ValueName { get; init; } = "";

    public required string Help { get; init; }

    /// <summary>Takes the value of a flag, or of a key that has a plain value; called once for each of several.</summary>
    public required Action<DaemonOptions, string> Set { get; init; }

    /// <summary>Takes the value of a key that is an object or an array of objects.</summary>
    public Action<DaemonOptions, JsonElement>? SetJson { get; init; }

    /// <summary>May be given several times; in the file it is an array, or an object of names and values.</summary>
    public bool Repeats { get; init; }

    /// <summary>Takes effect on SIGHUP.</summary>
    public bool Reloads { get; init; }

    /// <summary>Known to dockerd but not to this engine: it is refused, so that nobody relies on what does not happen.</summary>
    public bool Refused { get; init; }

    public bool IsBool => ValueName.Length == 0;
}
