using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Corten.Linux;
using Corten.Linux.Sockets;
using Corten.Runtime.Monitoring;
using Corten.Supervision.Monitor;

namespace Corten.Runtime.Logs;

/// <summary>systemd's journal by its native protocol (systemd.io, "Native Journal Protocol"): a datagram a record, with Docker's field names.</summary>
internal sealed class JournaldLog : IContainerLog
{
    public const string SocketPath = "/run/systemd/journal/socket";

    private readonly MessageQueue _queue;
    private readonly byte[] _fields;
    private readonly LineSplitter _stdout = new();
    private readonly LineSplitter _stderr = new();

    /// <summary>Of each stream, the line that is being sent in parts.</summary>
    private readonly (string? Id, int Ordinal)[] _partial = new (string?, int)[2];

    /// <summary>Names this run of the container; its records are counted from 1, so that a reader sees what the journal dropped.</summary>
    private readonly byte[] _epoch = Encoding.ASCII.GetBytes(NewId());
    private ulong _ordinal;

    public JournaldLog(LogTarget target, string containerId, Action<IMonitorSource> queued, string socketPath = SocketPath)
    {
        if (!Path.Exists(socketPath)) throw new StepException("log", Errno.ENOENT, "journald is not enabled on this host");
        _queue = new MessageQueue(DatagramSocket.Connect(socketPath), "journald", ContainerLogs.NonBlocking(target));
        queued(_queue);
        var options = target.Options ?? new Dictionary<string, string>();
        var fields = new MemoryStream();
        Field(fields, "CONTAINER_ID", Encoding.UTF8.GetBytes(containerId.Length > 12 ? containerId[..12] : containerId));
        Field(fields, "CONTAINER_ID_FULL", Encoding.UTF8.GetBytes(containerId));
        string tag = options.GetValueOrDefault("tag") ?? (containerId.Length > 12 ? containerId[..12] : containerId);
        Field(fields, "CONTAINER_TAG", Encoding.UTF8.GetBytes(tag));
        Field(fields, "SYSLOG_IDENTIFIER", Encoding.UTF8.GetBytes(tag));
        if (options.GetValueOrDefault("container-name") is { } name) Field(fields, "CONTAINER_NAME", Encoding.UTF8.GetBytes(name));
        if (options.GetValueOrDefault("image-name") is { } image) Field(fields, "IMAGE_NAME", Encoding.UTF8.GetBytes(image));
        foreach (var (key, value) in target.Attributes ?? new Dictionary<string, string>()) Field(fields, FieldName(key), Encoding.UTF8.GetBytes(value));
        _fields = fields.ToArray();
    }

    public void Write(OutputStream stream, ReadOnlySpan<byte> data) => Splitter(stream).Write(data, (line, complete) => Send(stream, line, complete));

    public void End(OutputStream stream) => Splitter(stream).End((line, complete) => Send(stream, line, complete));

    public bool IsBlocked => _queue.IsBlocked;

    public void Dispose() => _queue.Dispose();

    private LineSplitter Splitter(OutputStream stream) => stream == OutputStream.Stdout ? _stdout : _stderr;

    private void Send(OutputStream stream, ReadOnlySpan<byte> line, bool complete)
    {
        var record = new MemoryStream();
        // syslog(3): stdout is informational (6), stderr an error (3).
        Field(record, "PRIORITY", stream == OutputStream.Stdout ? "6"u8 : "3"u8);
        Field(record, "MESSAGE", line);
        Field(record, "CONTAINER_LOG_EPOCH", _epoch);
        Number(record, "CONTAINER_LOG_ORDINAL", ++_ordinal);
        Part(record, ref _partial[stream == OutputStream.Stdout ? 0 : 1], complete);
        record.Write(_fields);
        _queue.Send(record.ToArray());
    }

    /// <summary>A line in parts has an id that they share, and each part its number; a whole line has none of it.</summary>
    private static void Part(MemoryStream record, ref (string? Id, int Ordinal) line, bool isLast)
    {
        if (isLast && line.Id is null) return;
        line = (line.Id ?? NewId(), line.Ordinal + 1);
        Field(record, "CONTAINER_PARTIAL_ID", Encoding.ASCII.GetBytes(line.Id!));
        Number(record, "CONTAINER_PARTIAL_ORDINAL", (ulong)line.Ordinal);
        Field(record, "CONTAINER_PARTIAL_LAST", isLast ? "true"u8 : "false"u8);
        if (isLast) line = default;
        else Field(record, "CONTAINER_PARTIAL_MESSAGE", "true"u8);
    }

    private static void Number(MemoryStream record, string name, ulong value) => Field(record, name, Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>As long as Docker's.</summary>
    /// <summary>64 hexadecimal digits. Not by the cryptography classes: they load OpenSSL, which a statically linked program that was forked can't.</summary>
    private static string NewId() => $"{Guid.NewGuid():N}{Guid.NewGuid():N}";

    /// <summary>NAME=value, or, when the value has a newline, the name, its length and the value.</summary>
    internal static void Field(MemoryStream into, string name, ReadOnlySpan<byte> value)
    {
        into.Write(Encoding.ASCII.GetBytes(name));
        if (value.Contains((byte)'\n'))
        {
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)value.Length);
            into.WriteByte((byte)'\n');
            into.Write(length);
        }
        else
        {
            into.WriteByte((byte)'=');
        }
        into.Write(value);
        into.WriteByte((byte)'\n');
    }

    /// <summary>Field names are capitals, digits and underscores, and do not begin with an underscore.</summary>
    internal static string FieldName(string key)
    {
        string name = new([.. key.ToUpperInvariant().Select(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) ? c : '_')]);
        return name.TrimStart('_');
    }
}
