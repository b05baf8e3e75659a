using System.Buffers;
using Corten.EngineApi.Streams;

namespace Corten.Containers.Logs;

/// <summary>What one record of a log says, in memory that is used again for the next.</summary>
internal sealed class LogLine
{
    private readonly ArrayBufferWriter<byte> _message = new(1024);

    public StdStream Stream { get; set; }

    /// <summary>Nanoseconds since 1970.</summary>
    public long TimeNano { get; set; }

    /// <summary>With its newline, if it had one.</summary>
    public ReadOnlySpan<byte> Message => _message.WrittenSpan;

    public SortedDictionary<string, string>? Attributes { get; set; }

    public void Clear()
    {
        _message.ResetWrittenCount();
        (Stream, TimeNano, Attributes) = (StdStream.Stdout, 0, null);
    }

    public void Append(ReadOnlySpan<byte> bytes) => _message.Write(bytes);
}
