using System.Globalization;
using System.Text;
using System.Text.Json;
using Corten.EngineApi.Streams;

namespace Corten.Containers.Logs;

/// <summary>Docker's json-file log: a line each, <c>{"log":"…\n","stream":"stdout","attrs":{…},"time":"…Z"}</c>.</summary>
internal sealed class JsonLogFormat : LogFormat
{
    private byte[] _scratch = new byte[1024];

    public override bool TryCut(ReadOnlySpan<byte> data, int searched, out int start, out int length, out int next)
    {
        var feed = data[searched..].IndexOf((byte)'\n');
        (start, length, next) = (0, searched + feed, searched + feed + 1);
        return feed >= 0;
    }

    public override bool TryParse(ReadOnlySpan<byte> record, LogLine line)
    {
        line.Clear();
        var reader = new Utf8JsonReader(record);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadMember(ref reader, line);
            }

            return reader.TokenType == JsonTokenType.EndObject;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    public override long? FindTail(LogFile file, long records)
    {
        var buffer = new byte[64 << 10];
        var found = -1L; // The line feed that ends the last record begins nothing.
        for (var at = file.Length; at > 0;)
        {
            var size = (int)Math.Min(buffer.Length, at);
            at -= size;
            file.Read(buffer.AsSpan(0, size), at);
            for (var i = size - 1; i >= 0; i--)
            {
                if (buffer[i] == '\n' && ++found == records)
                {
                    return at + i + 1;
                }
            }
        }

        return found + 1 == records ? 0 : null;
    }

    private void ReadMember(ref Utf8JsonReader reader, LogLine line)
    {
        if (reader.ValueTextEquals("log"u8))
        {
            reader.Read();
            Copy(ref reader, line);
        }
        else if (reader.ValueTextEquals("stream"u8))
        {
            reader.Read();
            line.Stream = reader.ValueTextEquals("stderr"u8) ? StdStream.Stderr : StdStream.Stdout;
        }
        else if (reader.ValueTextEquals("time"u8))
        {
            reader.Read();
            line.TimeNano = ParseTime(reader.ValueSpan);
        }
        else if (reader.ValueTextEquals("attrs"u8))
        {
            reader.Read();
            line.Attributes = ReadAttributes(ref reader);
        }
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    private void Copy(ref Utf8JsonReader reader, LogLine line)
    {
        if (_scratch.Length < reader.ValueSpan.Length)
        {
            _scratch = new byte[reader.ValueSpan.Length * 2];
        }

        var length = reader.CopyString(_scratch);
        line.Append(_scratch.AsSpan(0, length));
    }
    
    private static SortedDictionary<string, string> ReadAttributes(ref Utf8JsonReader reader)
    {
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            attributes[name] = reader.GetString() ?? "";
        }

        return attributes;
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
