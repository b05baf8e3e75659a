using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Corten.Linux.Interop;
using Microsoft.Win32.SafeHandles;
using static Corten.Linux.Interop.Netlink;
using Native = Corten.Linux.Interop.Netlink;

namespace Corten.Linux.Net;

/// <summary>
/// A netlink socket. It belongs to the network namespace of the thread that opened it and acts there whichever thread uses it.
/// One conversation at a time: a lock holds others back for the tens of microseconds that one takes.
/// </summary>
public class NetlinkSocket : IDisposable
{
    /// <summary>The kernel's answers are at most a page or 32 KiB for dumps.</summary>
    private const int ReceiveSize = 32768;

    private readonly SafeFileHandle _socket;
    private readonly Lock _lock = new();
    private readonly byte[] _received = new byte[ReceiveSize];

    internal unsafe NetlinkSocket(int protocol)
    {
        var fd = Interop.Sockets.socket(AF_NETLINK, SOCK_RAW | Interop.Sockets.SOCK_CLOEXEC, protocol);
        if (fd < 0)
        {
            LinuxException.ThrowLast("socket", "AF_NETLINK");
        }
        _socket = Descriptors.Own(fd);
        var one = 1;
        // Both only make errors say more; a kernel without them says less.
        _ = Interop.Sockets.setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(int));
        _ = Interop.Sockets.setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(int));
    }

    /// <summary>Reads one message's payload (what follows the netlink header).</summary>
    protected internal delegate void MessageReader(ushort type, ReadOnlySpan<byte> payload);

    /// <summary>
    /// Sends a batch and waits until every message of it is acknowledged. The kernel does the messages in order, and goes on after one
    /// that fails.
    /// </summary>
    /// <exception cref="LinuxException">The first message that failed, with the kernel's own words where it has some.</exception>
    public void Run(NetlinkBatch batch)
    {
        if (TryRun(batch) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>As <see cref="Run"/>, with the failure returned.</summary>
    public LinuxException? TryRun(NetlinkBatch batch)
    {
        var bytes = batch.Finish();
        if (bytes.IsEmpty)
        {
            return null;
        }
        lock (_lock)
        {
            Send(bytes);
            LinuxException? first = null;
            for (var left = batch.Names.Count; left > 0;)
            {
                Receive((type, sequence, flags, message) =>
                {
                    if (type != NLMSG_ERROR)
                    {
                        return;
                    }
                    left--;
                    var errno = -BinaryPrimitives.ReadInt32LittleEndian(message);
                    if (errno != 0 && first is null)
                    {
                        var name = sequence >= 1 && sequence <= batch.Names.Count ? batch.Names[sequence - 1] : null;
                        first = Failure(errno, name, flags, message);
                    }
                });
            }
            batch.Clear();
            return first;
        }
    }

    /// <summary>Sends one question and reads every answer.</summary>
    protected internal void Dump(NetlinkBatch question, MessageReader read)
    {
        var name = question.Names.Count > 0 ? question.Names[0] : "netlink";
        lock (_lock)
        {
            Send(question.Finish());
            question.Clear();
            LinuxException? failure = null;
            for (var done = false; !done;)
            {
                Receive((type, _, flags, message) =>
                {
                    if (type == NLMSG_ERROR)
                    {
                        done = true;
                        var errno = -BinaryPrimitives.ReadInt32LittleEndian(message);
                        failure = errno == 0 ? failure : Failure(errno, name, flags, message);
                    }
                    else if (type == NLMSG_DONE)
                    {
                        done = true;
                    }
                    else
                    {
                        read(type, message);
                    }
                });
            }
            if (failure is not null)
            {
                throw failure;
            }
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        GC.SuppressFinalize(this);
    }

    private delegate void RawReader(ushort type, int sequence, ushort flags, ReadOnlySpan<byte> message);

    private unsafe void Send(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            while (Native.send((int)_socket.DangerousGetHandle(), start, bytes.Length, 0) < 0)
            {
                if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    LinuxException.ThrowLast("send", "netlink");
                }
            }
        }
    }

    private unsafe void Receive(RawReader read)
    {
        nint count;
        fixed (byte* start = _received)
        {
            while ((count = Interop.Sockets.recv((int)_socket.DangerousGetHandle(), start, ReceiveSize, 0)) < 0)
            {
                if ((Errno)Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    LinuxException.ThrowLast("recv", "netlink");
                }
            }
        }
        var rest = _received.AsSpan(0, (int)count);
        while (rest.Length >= HeaderSize)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length < HeaderSize || length > rest.Length)
            {
                break;
            }
            read(BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]), BinaryPrimitives.ReadInt32LittleEndian(rest[8..]),
                BinaryPrimitives.ReadUInt16LittleEndian(rest[6..]), rest[HeaderSize..length]);
            rest = rest[Math.Min(rest.Length, (length + 3) & ~3)..];
        }
    }

    /// <summary>NLMSG_ERROR: the error, the header that it answers, then attributes of which one may be the kernel's words.</summary>
    private static LinuxException Failure(int errno, string? name, ushort flags, ReadOnlySpan<byte> message)
    {
        string? words = null;
        if ((flags & NLM_F_ACK_TLVS) != 0 && message.Length > 4 + HeaderSize)
        {
            foreach (var attribute in new NetlinkAttributes(message[(4 + HeaderSize)..]))
            {
                if (attribute.Type == NLMSGERR_ATTR_MSG)
                {
                    words = Encoding.UTF8.GetString(attribute.Value).TrimEnd('\0', '\n');
                }
            }
        }
        return new LinuxException((Errno)errno, name ?? "netlink", words is null ? null : $"({words})");
    }
}
