using System.Runtime.InteropServices;

namespace Corten.Storage.Compression;

/// <summary>
/// The plain bytes of a gzip file (RFC 1952), one member after the other; what follows the last one and is no member is left unread or ignored, as
/// padding is. Does not own the source.
/// </summary>
internal sealed unsafe class GunzipStream : ReadOnlyStream
{
    private const int BufferSize = 1 << 17;
    private const int FixedHeader = 10;

    private readonly Stream _source;
    private byte* _buffer;
    private Isal.State* _state;
    private bool _inMember;
    private bool _ended;

    public GunzipStream(Stream source)
    {
        _source = source;
        _buffer = (byte*)NativeMemory.Alloc(BufferSize);
        _state = (Isal.State*)NativeMemory.AllocZeroed(Isal.State.Size);
        Isal.Begin(_state);
        _state->Checks = Isal.GzipBehindHeader;
    }

    /// <exception cref="InvalidDataException">It is not gzip, is damaged, or has another checksum than it says.</exception>
    /// <exception cref="EndOfStreamException">It ends within a member.</exception>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_state is null, this);
        fixed (byte* target = buffer)
        {
            while (!_ended && !buffer.IsEmpty)
            {
                if (!_inMember)
                {
                    SkipHeader();
                    _inMember = true;
                }

                _state->Output = target;
                _state->OutputLength = (uint)buffer.Length;
                var result = Isal.Inflate(_state);
                var count = buffer.Length - (int)_state->OutputLength;
                if (result < 0)
                {
                    throw new InvalidDataException(Describe(result));
                }

                if (count > 0)
                {
                    return count;
                }

                if (_state->Block == Isal.Finished)
                {
                    _inMember = false;
                    _ended = !AnotherFollows();
                    Isal.Reset(_state);
                }
                else if (_state->InputLength == 0 && !Refill())
                {
                    throw new EndOfStreamException();
                }
            }
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        NativeMemory.Free(_buffer);
        NativeMemory.Free(_state);
        _buffer = null;
        _state = null;
        base.Dispose(disposing);
    }

    ~GunzipStream() => Dispose(false);

    private bool AnotherFollows()
    {
        while (_state->InputLength < 2)
        {
            if (!Refill())
            {
                return false;
            }
        }

        return Decompression.Detect(new ReadOnlySpan<byte>(_state->Input, 2)) == CompressionKind.Gzip;
    }

    /// <summary>RFC 1952, 2.3. Not by the library: its own reader of headers fails over some of their parts where what arrives is cut within them.</summary>
    private void SkipHeader()
    {
        Span<byte> header = stackalloc byte[FixedHeader];
        foreach (ref var octet in header)
        {
            octet = Next();
        }

        var flags = header[3];
        if (Decompression.Detect(header) != CompressionKind.Gzip || header[2] != 8 || (flags & 0xE0) != 0)
        {
            throw new InvalidDataException("a wrong header");
        }

        if ((flags & 4) != 0)
        {
            for (var left = Next() | (Next() << 8); left > 0; left--)
            {
                Next();
            }
        }

        for (var texts = ((flags >> 3) & 1) + ((flags >> 4) & 1); texts > 0; texts--)
        {
            while (Next() != 0)
            {
                // A name or a comment.
            }
        }

        if ((flags & 2) != 0)
        {
            Next();
            Next();
        }
    }

    private byte Next()
    {
        if (_state->InputLength == 0 && !Refill())
        {
            throw new EndOfStreamException();
        }

        _state->InputLength--;
        return *_state->Input++;
    }

    /// <summary>Puts more behind what was not taken yet, at most a byte.</summary>
    private bool Refill()
    {
        var left = (int)_state->InputLength;
        var whole = new Span<byte>(_buffer, BufferSize);
        new ReadOnlySpan<byte>(_state->Input, left).CopyTo(whole);
        var count = _source.Read(whole[left..]);
        _state->Input = _buffer;
        _state->InputLength = (uint)(left + count);
        return count > 0;
    }

    private static string Describe(int result) => result switch
    {
        -1 => "a block of no known type",
        -2 => "a symbol that the code does not have",
        -3 => "a repetition of what lies before the beginning",
        -6 => "the checksum does not match",
        _ => $"error {result}",
    };
}
