using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Corten.EngineApi.Streams;

namespace Corten.Containers.Logs;

/// <summary>One record of a json-file log: <c>{"log":"…\n","stream":"stdout","attrs":{…},"time":"…Z"}</c>, parsed into memory that is used again.</summary>
internal sealed class LogLine
{
    private readonly ArrayBufferWriter<byte> _message = new(1024);
    private byte[] _scratch = new byte[1024];

    public StdStream Stream { get; private set; }

    /// <summary>Nanoseconds since 1970.</summary>
    public long TimeNano { get; private set; }

    public ReadOnlySpan<byte> Message => _message.WrittenSpan;

    public SortedDictionary<string, string>? Attributes { get; private set; }

    /// <returns>False for a line that is no such record: a write that a power cut tore.</returns>
    public bool TryParse(ReadOnlySpan<byte> line)
    {
        _message.ResetWrittenCount();
        (Stream, TimeNano, Attributes) = (StdStream.Stdout, 0, null);
        var reader = new Utf8JsonReader(line);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadMember(ref reader);
            }

            return reader.TokenType == JsonTokenType.EndObject;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private void ReadMember(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("log"u8))
        {
            reader.Read();
            Copy(ref reader);
        }
        else if (reader.ValueTextEquals("stream"u8))
        {
            reader.Read();
            Stream = reader.ValueTextEquals("stderr"u8) ? StdStream.Stderr : StdStream.Stdout;
        }
        else if (reader.ValueTextEquals("time"u8))
        {
            reader.Read();
            TimeNano = ParseTime(reader.ValueSpan);
        }
        else if (reader.ValueTextEquals("attrs"u8))
        {
            reader.Read();
            ReadAttributes(ref reader);
        }
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    private void Copy(ref Utf8JsonReader reader)
    {
        if (_scratch.Length < reader.ValueSpan.Length)
        {
            _scratch = new byte[reader.ValueSpan.Length * 2];
        }

        var length = reader.CopyString(_scratch);
        _message.Write(_scratch.AsSpan(0, length));
    }

    private void ReadAttributes(ref Utf8JsonReader reader)
    {
        Attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            Attributes[name] = reader.GetString() ?? "";
        }
    }

    /// <summary>RFC 3339 in UTC with up to nine digits, to the nanosecond; 0 for what is none.</summary>
    private static long ParseTime(ReadOnlySpan<byte> text)
    {
        const int seconds = 19; // 2006-01-02T15:04:05
        if (text.Length <= seconds || !DateTime.TryParseExact(
            Encoding.ASCII.GetString(text[..seconds]), "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var whole))
        {
            return 0;
        }

        var nano = 0L;
        if (text[seconds] == '.')
        {
            var scale = 100_000_000L;
            foreach (var digit in text[(seconds + 1)..])
            {
                if (digit is < (byte)'0' or > (byte)'9')
                {
                    break;
                }

                nano += (digit - '0') * scale;
                scale /= 10;
            }
        }

        return (whole - DateTime.UnixEpoch).Ticks * 100 + nano;
    }
}
