using System.Text.Json.Serialization;
using Corten.Oci.Runtime;
using Corten.Supervision.Monitor;

namespace Corten.Supervision.Launcher;

/// <summary>
/// What the daemon asks of the launcher: one SOCK_SEQPACKET datagram of JSON, with descriptors by SCM_RIGHTS. There is no answer on the
/// launcher's socket: the answer comes on the control socket that the request carries as its first descriptor, so that requests do not
/// wait for one another.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(StartContainer), "start")]
[JsonDerivedType(typeof(ExecProcess), "exec")]
public abstract record LaunchRequest;

/// <summary>
/// Fork a monitor, which makes the container from <c>config.json</c> in <see cref="Bundle"/>, starts its program and stays as its parent.
/// Descriptors: [0] the monitor's end of a SOCK_SEQPACKET pair for <see cref="Monitor.MonitorMessage"/>s, [1] one that is only kept open until
/// the monitor listens or has given up, then one stream socket for each of <see cref="Attachments"/>, so that no byte of early output is missed.
/// </summary>
public sealed record StartContainer : LaunchRequest
{
    public required string Id { get; set; }

    /// <summary>Folder with <c>config.json</c>. Its <c>root.path</c> is where the root file system is, or is mounted to.</summary>
    public required string Bundle { get; set; }

    /// <summary>The runtime's <c>--root</c>: where <c>state</c> and <c>list</c> find the container.</summary>
    public required string RuntimeRoot { get; set; }

    /// <summary>Folder of this container under the exec root: <c>monitor.sock</c>, <c>exit</c>, <c>pid</c> are made in it.</summary>
    public required string MonitorDirectory { get; set; }

    /// <summary>The overlay to mount on <c>root.path</c> in the container's own mount namespace; null if the bundle's root is ready.</summary>
    public OverlayRootfs? Rootfs { get; set; }

    /// <summary>Keep stdin open for attached clients; otherwise it reads end of file at once.</summary>
    public bool OpenStdin { get; set; }

    /// <summary>Close stdin when the first attached client that sends it is gone.</summary>
    public bool StdinOnce { get; set; }

    public required LogTarget Log { get; set; }

    /// <summary>What each further descriptor of the request is attached to.</summary>
    public IReadOnlyList<AttachStreams> Attachments { get; set; } = [];

    /// <summary>Another OCI runtime to run beneath the monitor instead of our own: its path, then its arguments.</summary>
    public IReadOnlyList<string>? ExternalRuntime { get; set; }
}

/// <summary>
/// Run one more process in a running container. It becomes a child of the daemon (CLONE_PARENT), which reaps it by pidfd, also when it failed.
/// Descriptors: [0] the answers' socket (SOCK_SEQPACKET), then, without a terminal, [1] stdin, [2] stdout, [3] stderr.
/// Answers: an <see cref="ExecAnswer"/> with the pid and the pidfd, and after it the terminal's master if there is one (or with
/// <see cref="ExecAnswer.Error"/>, and nothing was started); then either end of file, when the program was executed, or a second answer with its error.
/// </summary>
public sealed record ExecProcess : LaunchRequest
{
    /// <summary>The container's init, as the daemon sees it.</summary>
    public required int ContainerPid { get; set; }

    /// <summary>Start time of that process (proc_pid_stat(5), field 22): refuses a recycled pid. 0 skips the check.</summary>
    public ulong ContainerStartTime { get; set; }

    /// <summary>Folder with the container's <c>config.json</c>, whose seccomp filter the process gets; null for no filter.</summary>
    public string? Bundle { get; set; }

    public required ProcessSpec Process { get; set; }
}

/// <summary>A step of <see cref="ExecProcess"/>'s outcome.</summary>
public sealed record ExecAnswer
{
    public int Pid { get; set; }

    public LaunchError? Error { get; set; }
}

/// <summary>Why a process could not be started: the named step, its errno and the words for the user.</summary>
public sealed record LaunchError
{
    public required string Step { get; set; }

    /// <summary>0 when the step failed without a system call.</summary>
    public int Errno { get; set; }

    /// <summary>In the reference runtime's words where clients know them: <c>exec: "x": executable file not found in $PATH</c>.</summary>
    public required string Message { get; set; }
}

/// <summary>An overlay mount (kernel, filesystems/overlayfs.rst). Paths are absolute.</summary>
public sealed record OverlayRootfs
{
    /// <summary>Topmost first; at least one.</summary>
    public required IReadOnlyList<string> Lower { get; set; }

    /// <summary>Null for a read-only mount.</summary>
    public string? Upper { get; set; }

    public string? Work { get; set; }
}
