using System.Text.Json;

namespace Corten.Client;

/// <summary>Reads a stream of JSON objects, one after the other, each as soon as it is complete.</summary>
public sealed class JsonLines(Stream source)
{
    private const int MaxObject = 64 << 20;

    private byte[] buffer = new byte[16 << 10];
    private int start;
    private int end;

    /// <returns>Null at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">What arrives is not JSON, or an object is too large.</exception>
    public JsonElement? Next()
    {
        while (true)
        {
            if (TryTake() is { } element)
            {
                return element;
            }
            if (!Fill())
            {
                return IsBlank() ? null : throw new InvalidDataException("unexpected EOF");
            }
        }
    }

    private JsonElement? TryTake()
    {
        SkipBlanks();
        if (start == end)
        {
            return null;
        }
        var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), isFinalBlock: false, default);
        try
        {
            if (!JsonDocument.TryParseValue(ref reader, out var document))
            {
                return null;
            }
            start += (int)reader.BytesConsumed;
            using (document)
            {
                return document.RootElement.Clone();
            }
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException("invalid character in stream of JSON objects", failure);
        }
    }

    /// <summary>Blanks, and the record separator of application/json-seq.</summary>
    private void SkipBlanks()
    {
        while (start < end && buffer[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0x1e)
        {
            start++;
        }
    }

    private bool IsBlank()
    {
        SkipBlanks();
        return start == end;
    }

    private bool Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }
        if (end == buffer.Length)
        {
            if (end >= MaxObject)
            {
                throw new InvalidDataException("JSON object in stream is too large");
            }
            Array.Resize(ref buffer, buffer.Length * 2);
        }
        var count = source.Read(buffer.AsSpan(end));
        end += count;
        return count > 0;
    }
}
