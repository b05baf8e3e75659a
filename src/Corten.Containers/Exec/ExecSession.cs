using Corten.Containers.Model;
using Corten.Containers.Spec;
using Corten.EngineApi.Containers;
using Microsoft.Win32.SafeHandles;

namespace Corten.Containers.Exec;

/// <summary>One more process of a container: asked for, perhaps running, perhaps ended. Known until a while after its end, or until its container's.</summary>
public sealed class ExecSession
{
    private int _started;

    internal ExecSession(string id, Container container, ExecConfig config, Identity identity) =>
        (Id, Container, Config, Identity) = (id, container, config, identity);

    public string Id { get; }

    public Container Container { get; }

    public ExecConfig Config { get; }

    /// <summary>Looked up when it was asked for; a health probe's, which nobody asked for, when it runs.</summary>
    internal Identity Identity { get; }

    public bool Running { get; internal set; }

    /// <summary>Null until it has ended.</summary>
    public int? ExitCode { get; internal set; }

    public int Pid { get; internal set; }

    internal SafeFileHandle? Terminal { get; set; }

    /// <summary>When it ended; null while it has not.</summary>
    internal DateTimeOffset? EndedAt { get; set; }

    internal bool HasStarted => _started != 0;

    /// <returns>False for everybody but the first.</returns>
    internal bool TryBegin() => Interlocked.Exchange(ref _started, 1) == 0;
}
