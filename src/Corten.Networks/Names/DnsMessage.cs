using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Corten.Networks.Names;

/// <summary>The numbers of RFC 1035, RFC 3596 and RFC 6891 that are told apart here.</summary>
internal enum DnsType : ushort
{
    A = 1,
    Ptr = 12,
    Aaaa = 28,
}

internal enum DnsCode : byte
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
}

/// <summary>A query's header and its one question.</summary>
/// <param name="Id">Chosen by the client.</param>
/// <param name="Name">In small letters, without the last dot.</param>
/// <param name="Type">What is asked for.</param>
/// <param name="QuestionEnd">Where the question section ends in the message.</param>
internal readonly record struct DnsQuery(ushort Id, string Name, DnsType Type, int QuestionEnd)
{
    public const int HeaderSize = 12;

    /// <summary>Reads a standard query for one name of class IN.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, out DnsQuery query)
    {
        query = default;
        if (message.Length < HeaderSize || (message[2] & 0xf8) != 0 || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1)
        {
            return false;
        }
        var name = new StringBuilder();
        var at = HeaderSize;
        while (at < message.Length && message[at] != 0)
        {
            // A compression pointer has no place in the first name of a message.
            int length = message[at];
            if (length > 63 || at + 1 + length >= message.Length || name.Length + length > 254)
            {
                return false;
            }
            if (name.Length > 0)
            {
                name.Append('.');
            }
            name.Append(Encoding.Latin1.GetString(message.Slice(at + 1, length)).ToLowerInvariant());
            at += length + 1;
        }
        if (at + 5 > message.Length || BinaryPrimitives.ReadUInt16BigEndian(message[(at + 3)..]) != 1)
        {
            return false;
        }
        query = new DnsQuery(BinaryPrimitives.ReadUInt16BigEndian(message), name.ToString(),
            (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[(at + 1)..]), at + 5);
        return true;
    }
}

/// <summary>Writes answers.</summary>
internal static class DnsReply
{
    /// <summary>Answers live as long as Docker's: clients ask again rather than keep an address of a container that was replaced.</summary>
    private const uint TimeToLive = 600;

    private const int UdpLimit = 512;

    /// <summary>An answer without records.</summary>
    public static byte[] Empty(ReadOnlySpan<byte> query, int questionEnd, DnsCode code)
    {
        var reply = query[..questionEnd].ToArray();
        Header(reply, code, 0);
        if (questionEnd == DnsQuery.HeaderSize)
        {
            // The question could not be read, so it is not repeated.
            reply.AsSpan(4, 2).Clear();
        }
        return reply;
    }

    /// <summary>Addresses, in the given order; those that don't fit into a datagram are left out and TC is set.</summary>
    public static byte[] Addresses(ReadOnlySpan<byte> query, int questionEnd, IReadOnlyList<IPAddress> addresses, bool datagram)
    {
        var stream = new MemoryStream();
        stream.Write(query[..questionEnd]);
        var count = 0;
        foreach (var address in addresses)
        {
            var bytes = address.GetAddressBytes();
            if (datagram && stream.Length + 12 + bytes.Length > UdpLimit)
            {
                break;
            }
            Record(stream, address.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa, bytes);
            count++;
        }
        var reply = stream.ToArray();
        Header(reply, DnsCode.NoError, count, truncated: count < addresses.Count);
        return reply;
    }

    public static byte[] Pointer(ReadOnlySpan<byte> query, int questionEnd, string name)
    {
        var stream = new MemoryStream();
        stream.Write(query[..questionEnd]);
        var encoded = new MemoryStream();
        foreach (var label in name.Split('.'))
        {
            var bytes = Encoding.Latin1.GetBytes(label.Length > 63 ? label[..63] : label);
            encoded.WriteByte((byte)bytes.Length);
            encoded.Write(bytes);
        }
        encoded.WriteByte(0);
        Record(stream, DnsType.Ptr, encoded.ToArray());
        var reply = stream.ToArray();
        Header(reply, DnsCode.NoError, 1);
        return reply;
    }

    private static void Record(MemoryStream into, DnsType type, ReadOnlySpan<byte> data)
    {
        Span<byte> head = stackalloc byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(head, 0xc00c);
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(head[4..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(head[6..], TimeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(head[10..], (ushort)data.Length);
        into.Write(head);
        into.Write(data);
    }

    /// <summary>A response, recursion available, authoritative for nothing; the query's RD bit stays.</summary>
    private static void Header(byte[] reply, DnsCode code, int answers, bool truncated = false)
    {
        reply[2] = (byte)(0x80 | (reply[2] & 0x01) | (truncated ? 0x02 : 0));
        reply[3] = (byte)(0x80 | (byte)code);
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(6), (ushort)answers);
        reply.AsSpan(8, 4).Clear();
    }
}
