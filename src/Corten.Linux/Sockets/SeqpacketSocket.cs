using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Native = Corten.Linux.Interop.Sockets;

namespace Corten.Linux.Sockets;

/// <summary>
/// One end of a SOCK_SEQPACKET unix connection: whole messages, with descriptors. Blocking unless told otherwise at the call; an asynchronous
/// caller waits with <see cref="Events.EventLoop.WhenReadableAsync"/> and then asks for what is there with <c>wait: false</c>.
/// Sending is safe from several threads; receiving belongs to one at a time.
/// </summary>
public sealed class SeqpacketSocket : IDisposable
{
    /// <summary>Messages beyond this are refused: a hostile or mad peer must not make us allocate.</summary>
    public const int MaxMessage = 4 << 20;

    public SeqpacketSocket(SafeFileHandle handle) => Handle = handle;

    public SafeFileHandle Handle { get; }

    /// <summary>Two connected ends, both close-on-exec.</summary>
    public static unsafe (SeqpacketSocket, SeqpacketSocket) CreatePair()
    {
        int* pair = stackalloc int[2];
        if (Native.socketpair(Native.AF_UNIX, Native.SOCK_SEQPACKET | Native.SOCK_CLOEXEC, 0, pair) < 0) LinuxException.ThrowLast("socketpair");
        AllowLongMessages(pair[0]);
        AllowLongMessages(pair[1]);
        return (new(Descriptors.Own(pair[0])), new(Descriptors.Own(pair[1])));
    }

    /// <exception cref="LinuxException">ENOENT or ECONNREFUSED when nobody listens there.</exception>
    public static unsafe SeqpacketSocket Connect(string path)
    {
        SafeFileHandle handle = UnixPath.Open(path, Native.SOCK_SEQPACKET, static (fd, address, length) => Native.connect(fd, address, length), "connect");
        AllowLongMessages((int)handle.DangerousGetHandle());
        return new(handle);
    }

    /// <summary>Sends one message; the descriptors stay the caller's.</summary>
    /// <returns>False when <paramref name="wait"/> is false and the peer's queue is full.</returns>
    /// <exception cref="LinuxException">EPIPE or ECONNRESET when the peer is gone.</exception>
    public bool Send(ReadOnlySpan<byte> data, ReadOnlySpan<SafeHandle> descriptors = default, bool wait = true)
    {
        Span<int> raw = stackalloc int[descriptors.Length];
        int held = 0;
        bool self = false;
        try
        {
            Handle.DangerousAddRef(ref self);
            for (; held < descriptors.Length; held++)
            {
                bool added = false;
                descriptors[held].DangerousAddRef(ref added);
                raw[held] = (int)descriptors[held].DangerousGetHandle();
            }
            return UnixMessages.Send((int)Handle.DangerousGetHandle(), data, raw, wait);
        }
        finally
        {
            for (int i = 0; i < held; i++) descriptors[i].DangerousRelease();
            if (self) Handle.DangerousRelease();
        }
    }

    /// <summary>Sends <paramref name="value"/> as JSON.</summary>
    public bool Send<T>(T value, JsonTypeInfo<T> type, ReadOnlySpan<SafeHandle> descriptors = default, bool wait = true)
        => Send(JsonSerializer.SerializeToUtf8Bytes(value, type), descriptors, wait);

    /// <summary>Receives one message of at most <paramref name="buffer"/>'s length.</summary>
    /// <returns>Its length; 0 when the peer closed and all that it sent was received; -1 when <paramref name="wait"/> is false and nothing is there.</returns>
    public int Receive(Span<byte> buffer, IList<SafeFileHandle>? descriptors = null, bool wait = true)
    {
        bool held = false;
        try
        {
            Handle.DangerousAddRef(ref held);
            return UnixMessages.Receive((int)Handle.DangerousGetHandle(), buffer, descriptors, wait);
        }
        finally
        {
            if (held) Handle.DangerousRelease();
        }
    }

    /// <summary>Waits for a message and tells its length, without taking it; 0 when the peer closed.</summary>
    public int NextLength(bool wait = true)
    {
        bool held = false;
        try
        {
            Handle.DangerousAddRef(ref held);
            return UnixMessages.NextLength((int)Handle.DangerousGetHandle(), wait);
        }
        finally
        {
            if (held) Handle.DangerousRelease();
        }
    }

    /// <summary>Receives one message of JSON, of any length up to <see cref="MaxMessage"/>.</summary>
    /// <param name="type">What it must be.</param>
    /// <param name="descriptors">Gets the message's descriptors, which become the caller's; without it they are closed.</param>
    /// <param name="wait">False: give up when nothing is there.</param>
    public Received<T> Receive<T>(JsonTypeInfo<T> type, IList<SafeFileHandle>? descriptors = null, bool wait = true) where T : class
    {
        int length = NextLength(wait);
        if (length < 0) return new(null, false);
        if (length == 0) return new(null, true);
        if (length > MaxMessage) throw new LinuxException(Errno.EMSGSIZE, "recvmsg");
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            length = Receive(buffer, descriptors, wait);
            if (length <= 0) return new(null, length == 0);
            return new(JsonSerializer.Deserialize(buffer.AsSpan(0, length), type), false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => Handle.Dispose();

    /// <summary>A sender's buffer bounds one message; root may go beyond net.core.wmem_max, others keep the default.</summary>
    internal static unsafe void AllowLongMessages(int fd)
    {
        int size = MaxMessage;
        Native.setsockopt(fd, Native.SOL_SOCKET, Native.SO_SNDBUFFORCE, &size, sizeof(int));
    }
}

/// <summary>The outcome of a receive: a message, the end of the connection, or (both false) nothing there yet.</summary>
public readonly record struct Received<T>(T? Message, bool Ended) where T : class;
