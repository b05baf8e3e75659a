using System.Text.Json.Serialization;
using Corten.Supervision.Launcher;

namespace Corten.Supervision.Monitor;

/// <summary>
/// What a monitor and the daemon say to each other: SOCK_SEQPACKET datagrams of JSON. The daemon that starts a container holds one end of a
/// pair; any later one connects to <c>monitor.sock</c> in the container's exec folder. On connecting there, the monitor sends
/// <see cref="Started"/>, and <see cref="Exited"/> after it if that has happened.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(StartFailed), "failed")]
[JsonDerivedType(typeof(OutOfMemory), "oom")]
[JsonDerivedType(typeof(Exited), "exited")]
[JsonDerivedType(typeof(LogRotated), "rotated")]
[JsonDerivedType(typeof(Attach), "attach")]
[JsonDerivedType(typeof(Resize), "resize")]
[JsonDerivedType(typeof(Paused), "paused")]
public abstract record MonitorMessage;

/// <summary>From the monitor: the program was executed.</summary>
public sealed record Started : MonitorMessage
{
    /// <summary>The container's init.</summary>
    public required int Pid { get; set; }

    /// <summary>proc_pid_stat(5), field 22.</summary>
    public ulong StartTime { get; set; }

    public required int MonitorPid { get; set; }

    public required DateTimeOffset At { get; set; }
}

/// <summary>From the monitor: nothing runs and nothing is left; the monitor ends.</summary>
public sealed record StartFailed : MonitorMessage
{
    public required LaunchError Error { get; set; }
}

/// <summary>From the monitor: the kernel killed a process of the container for want of memory.</summary>
public sealed record OutOfMemory : MonitorMessage;

/// <summary>
/// From the monitor: init ended and all its output is in the log. The same object is in the file <c>exit</c> of the monitor's folder before this
/// is sent, so that it survives whoever was listening.
/// </summary>
public sealed record Exited : MonitorMessage
{
    /// <summary>The exit status, or 128 + the signal that ended it.</summary>
    public required int Code { get; set; }

    public bool OomKilled { get; set; }

    public required DateTimeOffset At { get; set; }
}

/// <summary>From the monitor: the log was rotated; <see cref="Path"/> is complete and may be compressed.</summary>
public sealed record LogRotated : MonitorMessage
{
    public required string Path { get; set; }
}

/// <summary>To the monitor, with one stream socket: copy these streams to and from it until it closes.</summary>
public sealed record Attach : MonitorMessage
{
    public required AttachStreams Streams { get; set; }
}

/// <summary>To the monitor: the terminal's new size.</summary>
public sealed record Resize : MonitorMessage
{
    public required ushort Height { get; set; }

    public required ushort Width { get; set; }
}

/// <summary>To the monitor: the container is paused, or is no longer (the monitor kills a frozen container only after it thaws it).</summary>
public sealed record Paused : MonitorMessage
{
    public required bool Value { get; set; }
}

/// <summary>
/// Which streams an attached client takes part in. Output is framed as the Engine API frames it (8-byte header: stream, 0, 0, 0, big-endian
/// length) unless the container has a terminal; input is raw, and half-closing the socket closes stdin if <c>StdinOnce</c>.
/// </summary>
public sealed record AttachStreams(bool Stdin, bool Stdout, bool Stderr);
