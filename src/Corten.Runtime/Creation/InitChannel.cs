using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Corten.Linux;
using Corten.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Creation;

/// <summary>What the container's init says to the process that makes it. The order is the order of the list; each is sent at most once.</summary>
internal enum InitMessage : byte
{
    /// <summary>The intermediate process made init: its pid, with its pidfd.</summary>
    Created = 1,
    /// <summary>The mounts are in place and the root is still the old one: hooks may run.</summary>
    Mounted,
    /// <summary>The terminal's master is attached.</summary>
    Console,
    /// <summary>The seccomp listener is attached.</summary>
    Listener,
    /// <summary>All is done but the program: init waits at its gate.</summary>
    Ready,
    /// <summary>A step failed; nothing follows.</summary>
    Failed,
}

/// <summary>What it is told.</summary>
internal enum InitCommand : byte
{
    /// <summary>The user namespace has its mappings.</summary>
    Mapped = 1,
    /// <summary>Init is in its cgroup, with its limits.</summary>
    Joined,
    /// <summary>The hooks of the runtime's namespaces have run.</summary>
    Hooked,
}

/// <summary>
/// One end of the conversation between init and its maker: a message a datagram, first byte the kind. Init's end closes at exec, so that the end of file
/// after the last message says that the program runs.
/// </summary>
internal sealed class InitChannel(SeqpacketSocket socket) : IDisposable
{
    private const int MaxMessage = 64 << 10;

    public SafeFileHandle Handle => socket.Handle;

    public static (InitChannel Maker, InitChannel Init) Create()
    {
        (SeqpacketSocket maker, SeqpacketSocket init) = SeqpacketSocket.CreatePair();
        return (new(maker), new(init));
    }

    public void Send(InitMessage kind, string text = "", SafeHandle? descriptor = null)
    {
        byte[] data = new byte[1 + Encoding.UTF8.GetByteCount(text)];
        data[0] = (byte)kind;
        Encoding.UTF8.GetBytes(text, data.AsSpan(1));
        socket.Send(data, descriptor is null ? default : [descriptor]);
    }

    public void SendFailure(StepException failure)
    {
        string text = $"{failure.Step}\0{((int)failure.Errno).ToString(CultureInfo.InvariantCulture)}\0{failure.Message}";
        Send(InitMessage.Failed, text.Length > MaxMessage / 4 ? text[..(MaxMessage / 4)] : text);
    }

    /// <summary>A command to an init that has ended goes nowhere; its last message, still to be read, says why.</summary>
    public void Send(InitCommand command)
    {
        try
        {
            socket.Send([(byte)command]);
        }
        catch (LinuxException e) when (e.Errno is Errno.EPIPE or Errno.ECONNRESET)
        {
        }
    }

    /// <summary>Waits for <paramref name="command"/>; the end of the other side ends this process.</summary>
    public void Await(InitCommand command)
    {
        Span<byte> buffer = stackalloc byte[1];
        int length = socket.Receive(buffer);
        if (length == 1 && buffer[0] == (byte)command) return;
        throw new StepException("synchronize", Errno.EPROTO, length == 0 ? "the process that makes the container ended" : $"expected {command}, received {buffer[0]}");
    }

    /// <summary>The next message, or null at the end of file.</summary>
    public (InitMessage Kind, string Text, SafeFileHandle? Descriptor)? Receive()
    {
        int length = socket.NextLength();
        if (length == 0) return null;
        byte[] buffer = new byte[Math.Min(length, MaxMessage)];
        List<SafeFileHandle> descriptors = [];
        length = socket.Receive(buffer, descriptors);
        string text = Encoding.UTF8.GetString(buffer, 1, length - 1);
        if ((InitMessage)buffer[0] != InitMessage.Failed) return ((InitMessage)buffer[0], text, descriptors.Count > 0 ? descriptors[0] : null);
        string[] parts = text.Split('\0', 3);
        throw new StepException(parts[0], (Errno)int.Parse(parts[1], CultureInfo.InvariantCulture), parts[2]);
    }

    public void Dispose() => socket.Dispose();
}
