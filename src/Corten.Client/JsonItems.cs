using System.Buffers;
using System.Text.Json;

namespace Corten.Client;

/// <summary>
/// The elements of a JSON array, each handed out as soon as it has arrived and gone when the next is asked for: a list of thousands takes no more
/// memory than its longest element, and is worked on while the engine still writes.
/// </summary>
internal sealed class JsonItems(EngineResponse response) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(128 << 10);
    private int _start;
    private int _end;
    private bool _complete;
    private JsonReaderState _state;
    private JsonDocument? _current;

    public static IEnumerable<JsonElement> Read(EngineResponse response)
    {
        using var items = new JsonItems(response);
        while (items.MoveNext())
        {
            yield return items._current!.RootElement;
        }
    }

    public void Dispose()
    {
        _current?.Dispose();
        response.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    /// <exception cref="JsonException">The body is no JSON array.</exception>
    private bool MoveNext()
    {
        _current?.Dispose();
        _current = null;
        while (!TryParse(out var ended))
        {
            if (ended)
            {
                return false;
            }
            Fill();
        }
        return true;
    }

    /// <summary>False if the array is at its end, or more must be read first.</summary>
    private bool TryParse(out bool ended)
    {
        ended = false;
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _complete, _state);
        if (!reader.Read())
        {
            ended = _complete;
            return false;
        }
        if (reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.StartArray)
        {
            Advance(reader);
            return TryParse(out ended);
        }
        if (reader.CurrentDepth == 0)
        {
            ended = reader.TokenType is JsonTokenType.EndArray or JsonTokenType.Null ? true : throw new JsonException("a JSON array was expected");
            return false;
        }
        if (!JsonDocument.TryParseValue(ref reader, out _current))
        {
            return false;
        }
        Advance(reader);
        return true;
    }

    private void Advance(in Utf8JsonReader reader)
    {
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        var count = response.Body.Read(_buffer.AsSpan(_end));
        _end += count;
        _complete = count == 0;
    }
}
