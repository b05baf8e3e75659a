using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Corten.Build.BuildKit.Protocol.Files;
using Corten.Linux.Files;
using Google.Protobuf;

namespace Corten.Cli.Commands.Builder.Services;

/// <summary>
/// What a folder holds: a packet (fsutil.proto) for each file, in the order in which the engine counts them. They are written as they go over the wire, into
/// one piece of memory: a context has ten thousands of files, and mostly nothing is done with their packets but computing a digest.
/// </summary>
internal sealed class FolderDescription
{
    /// <summary>More than the fields of a packet take apart from its path.</summary>
    private const int FieldsSize = 64;

    private readonly ArrayBufferWriter<byte> packets = new(4096);
    private readonly List<int> ends = [];

    public int Count => ends.Count;

    public ReadOnlySpan<byte> this[int index] => packets.WrittenSpan[(index == 0 ? 0 : ends[index - 1])..ends[index]];

    public Stat StatOf(int index) => Packet.Parser.ParseFrom(this[index]).Stat;

    /// <summary>The same for the same files as they are; another for any other.</summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(ends)));
        hash.AppendData(packets.WrittenSpan);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Add(Stat stat) => Add(new Packet { Type = Packet.Types.PacketType.PacketStat, Stat = stat }.ToByteArray());

    public void Add(ReadOnlySpan<byte> packet)
    {
        packets.Write(packet);
        ends.Add(packets.WrittenCount);
    }

    /// <summary>Owners do not go along: a context looks the same whoever checked it out.</summary>
    /// <param name="path">Relative. What is no UTF-8 in it is replaced, as strings of the protocol have to be.</param>
    public void Add(ReadOnlySpan<byte> path, in FileStatus status)
    {
        if (!Utf8.IsValid(path))
        {
            path = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(path));
        }
        // The fields of Stat by their numbers: 2 mode, 5 size, 6 mod_time, 8 devmajor, 9 devminor. As proto3 has it, zero is not written.
        Span<byte> fields = stackalloc byte[FieldsSize];
        var length = 0;
        Put(fields, ref length, 2, GoMode.Of(status));
        Put(fields, ref length, 5, status.IsRegular ? (ulong)status.Size : 0);
        Put(fields, ref length, 6, (ulong)((status.Modified.Seconds * 1_000_000_000) + status.Modified.Nanoseconds));
        Put(fields, ref length, 8, status.IsDevice ? status.RdevMajor : 0);
        Put(fields, ref length, 9, status.IsDevice ? status.RdevMinor : 0);

        Span<byte> lengths = stackalloc byte[FieldsSize];
        var pathHead = 0;
        PutLength(lengths, ref pathHead, 1, path.Length);
        var head = 0;
        var target = packets.GetSpan(path.Length + (3 * FieldsSize));
        PutLength(target, ref head, 2, pathHead + path.Length + length);
        lengths[..pathHead].CopyTo(target[head..]);
        path.CopyTo(target[(head + pathHead)..]);
        fields[..length].CopyTo(target[(head + pathHead + path.Length)..]);
        packets.Advance(head + pathHead + path.Length + length);
        ends.Add(packets.WrittenCount);
    }

    private static void Put(Span<byte> target, ref int at, int field, ulong value)
    {
        if (value != 0)
        {
            target[at++] = (byte)((field << 3) | (int)WireFormat.WireType.Varint);
            PutNumber(target, ref at, value);
        }
    }

    private static void PutLength(Span<byte> target, ref int at, int field, int length)
    {
        target[at++] = (byte)((field << 3) | (int)WireFormat.WireType.LengthDelimited);
        PutNumber(target, ref at, (ulong)length);
    }

    private static void PutNumber(Span<byte> target, ref int at, ulong value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            target[at++] = (byte)(value | 0x80);
        }
        target[at++] = (byte)value;
    }
}
