using System.Buffers.Binary;

namespace Corten.EngineApi.Http2;

/// <summary>What every frame of HTTP/2 begins with (RFC 9113, 4.1).</summary>
/// <param name="Length">Bytes of the payload that follows.</param>
/// <param name="Type">Types that we do not know are to be skipped.</param>
/// <param name="Flags">What they mean depends on the type.</param>
/// <param name="Stream">0 for the connection itself.</param>
public readonly record struct FrameHeader(int Length, FrameType Type, FrameFlags Flags, int Stream)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 9;

    /// <summary>Bytes of a payload: the protocol's own default, which we never raise and never exceed.</summary>
    public const int MaxPayload = 16 << 10;

    private const int PrioritySize = 5;

    /// <param name="wire">At least <see cref="Size"/> bytes.</param>
    public static FrameHeader Read(ReadOnlySpan<byte> wire) => new(
        (wire[0] << 16) | (wire[1] << 8) | wire[2], (FrameType)wire[3], (FrameFlags)wire[4], BinaryPrimitives.ReadInt32BigEndian(wire[5..]) & int.MaxValue);

    public void Write(Span<byte> wire)
    {
        (wire[0], wire[1], wire[2]) = ((byte)(Length >> 16), (byte)(Length >> 8), (byte)Length);
        (wire[3], wire[4]) = ((byte)Type, (byte)Flags);
        BinaryPrimitives.WriteInt32BigEndian(wire[5..], Stream);
    }

    public bool Has(FrameFlags flag) => (Flags & flag) != 0;

    /// <summary>Takes padding and priority away (RFC 9113, 6.1 and 6.2).</summary>
    /// <exception cref="InvalidDataException">There is more of them than there is payload.</exception>
    public ReadOnlySpan<byte> Unpadded(ReadOnlySpan<byte> payload)
    {
        var (from, padding) = (0, 0);
        if (Type is FrameType.Data or FrameType.Headers && Has(FrameFlags.Padded))
        {
            (from, padding) = (1, payload.IsEmpty ? 0 : payload[0]);
        }
        from += Type == FrameType.Headers && Has(FrameFlags.Priority) ? PrioritySize : 0;
        return from + padding <= payload.Length ? payload[from..^padding] : throw new InvalidDataException("a frame's padding is longer than the frame");
    }
}

/// <summary>RFC 9113, 6.</summary>
public enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    Priority = 2,
    Reset = 3,
    Settings = 4,
    PushPromise = 5,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>RFC 9113, 6. One bit has two meanings, each in frames of its own.</summary>
[Flags]
public enum FrameFlags : byte
{
    None = 0,
    EndStream = 0x1,
    Acknowledge = 0x1,
    EndHeaders = 0x4,
    Padded = 0x8,
    Priority = 0x20,
}

/// <summary>RFC 9113, 6.5.2.</summary>
public enum Setting : ushort
{
    HeaderTableSize = 1,
    EnablePush = 2,
    MaxConcurrentStreams = 3,
    InitialWindowSize = 4,
    MaxFrameSize = 5,
    MaxHeaderListSize = 6,
}

/// <summary>Why a stream or a connection is given up (RFC 9113, 7).</summary>
public enum Http2Error
{
    None = 0,
    Protocol = 1,
    Internal = 2,
    FlowControl = 3,
    SettingsTimeout = 4,
    StreamClosed = 5,
    FrameSize = 6,
    RefusedStream = 7,
    Cancel = 8,
    Compression = 9,
    Connect = 10,
    EnhanceYourCalm = 11,
    InadequateSecurity = 12,
    Http11Required = 13,
}
