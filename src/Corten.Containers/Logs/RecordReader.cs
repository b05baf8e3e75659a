using System.Buffers;
using Corten.Oci.Errors;

namespace Corten.Containers.Logs;

/// <summary>Cuts a stream into records of any length; what is not there whole yet waits for the rest.</summary>
internal sealed class RecordReader(Stream stream, LogFormat format) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
    private int _start;
    private int _end;

    /// <summary>The next record, valid until the next call; null when the stream has no complete one now.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            if (format.TryCut(_buffer.AsSpan(_start, _end - _start), searched, out var at, out var length, out var next))
            {
                var record = _buffer.AsMemory(_start + at, length);
                _start += next;
                return record;
            }

            searched = _end - _start;
            if (_end == _buffer.Length)
            {
                MakeRoom();
            }

            var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            _end += count;
        }
    }

    /// <summary>Bytes that were taken from the stream and are no complete line.</summary>
    public int Unread => _end - _start;

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void MakeRoom()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
        }
        else if (_buffer.Length >= 2 * LogFormat.Longest)
        {
            throw CortenException.Internal("a record of the log is too long");
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            Buffer.BlockCopy(_buffer, 0, larger, 0, _end);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        (_start, _end) = (0, _end - _start);
    }
}
