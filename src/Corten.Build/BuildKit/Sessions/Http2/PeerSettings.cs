using System.Buffers.Binary;
using Corten.EngineApi.Http2;

namespace Corten.Build.BuildKit.Sessions.Http2;

/// <summary>What the other side has set (RFC 9113, 6.5). Only what binds a client that sends frames of the smallest bound and remembers no headers.</summary>
internal sealed class PeerSettings
{
    private const int Size = 6;
    private const uint LargestFrame = (1 << 24) - 1;

    /// <summary>Calls at a time.</summary>
    public long MaxStreams { get; private set; } = uint.MaxValue;

    /// <summary>Bytes that it takes at the beginning of a call.</summary>
    public int InitialWindow { get; private set; } = 65_535;

    public static byte[] Write(IReadOnlyList<(Setting Name, uint Value)> settings)
    {
        var payload = new byte[settings.Count * Size];
        for (var i = 0; i < settings.Count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(i * Size), (ushort)settings[i].Name);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((i * Size) + sizeof(ushort)), settings[i].Value);
        }

        return payload;
    }

    /// <returns>By how much each open call's window has changed.</returns>
    /// <exception cref="Http2Exception">A value that must not be.</exception>
    public long Read(ReadOnlySpan<byte> payload)
    {
        if (payload.Length % Size != 0)
        {
            throw new Http2Exception(Http2Error.FrameSize, "settings of a wrong length");
        }

        var before = InitialWindow;
        for (; !payload.IsEmpty; payload = payload[Size..])
        {
            var value = BinaryPrimitives.ReadUInt32BigEndian(payload[sizeof(ushort)..]);
            switch ((Setting)BinaryPrimitives.ReadUInt16BigEndian(payload))
            {
                case Setting.EnablePush when value != 0:
                    throw new Http2Exception(Http2Error.Protocol, "a server that wants to be pushed to");
                case Setting.MaxConcurrentStreams:
                    MaxStreams = value;
                    break;
                case Setting.InitialWindowSize:
                    InitialWindow = value <= int.MaxValue ? (int)value : throw new Http2Exception(Http2Error.FlowControl, "a window that is too large");
                    break;
                case Setting.MaxFrameSize when value is < FrameHeader.MaxPayload or > LargestFrame:
                    throw new Http2Exception(Http2Error.Protocol, "a frame size that must not be");
            }
        }

        return (long)InitialWindow - before;
    }
}
