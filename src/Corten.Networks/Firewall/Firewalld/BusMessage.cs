namespace Corten.Networks.Firewall.Firewalld;

internal enum BusMessageType : byte
{
    Call = 1,
    Return = 2,
    Error = 3,
    Signal = 4,
}

/// <summary>A D-Bus message (the D-Bus Specification, "Message Format").</summary>
internal sealed record BusMessage
{
    /// <summary>Far more than anything that is asked here is answered with; the protocol allows 128 MiB.</summary>
    public const int Limit = 1 << 20;

    /// <summary>Up to and with the length of the header's fields.</summary>
    public const int FixedSize = 16;

    private const byte LittleEndian = (byte)'l', Version = 1;
    private const byte Path = 1, InterfaceField = 2, MemberField = 3, ErrorName = 4, ReplySerial = 5, DestinationField = 6, Sender = 7, SignatureField = 8;

    public required BusMessageType Type { get; init; }

    public uint Serial { get; init; }

    /// <summary>Of the call that this answers.</summary>
    public uint ReplyTo { get; init; }

    public string? Object { get; init; }

    public string? Interface { get; init; }

    public string? Member { get; init; }

    public string? Error { get; init; }

    public string? Destination { get; init; }

    public string Signature { get; init; } = "";

    public ReadOnlyMemory<byte> Body { get; init; }

    public ReadOnlyMemory<byte> Encode()
    {
        var bytes = new BusWriter().Byte(LittleEndian).Byte((byte)Type).Byte(0).Byte(Version).UInt32((uint)Body.Length).UInt32(Serial);
        bytes.Array(8, fields =>
        {
            Text(fields, Path, "o", Object);
            Text(fields, InterfaceField, "s", Interface);
            Text(fields, MemberField, "s", Member);
            Text(fields, ErrorName, "s", Error);
            Text(fields, DestinationField, "s", Destination);
            if (ReplyTo != 0)
            {
                fields.Align(8).Byte(ReplySerial).Signature("u").UInt32(ReplyTo);
            }
            if (Signature.Length > 0)
            {
                fields.Align(8).Byte(SignatureField).Signature("g").Signature(Signature);
            }
        });
        return bytes.Align(8).Raw(Body.Span).Written;
    }

    /// <returns>The whole length of the message whose first <see cref="FixedSize"/> bytes these are.</returns>
    public static int LengthOf(ReadOnlySpan<byte> beginning)
    {
        var reader = new BusReader(beginning);
        if (reader.Byte() != LittleEndian)
        {
            throw new InvalidDataException("a message of the system bus in another byte order");
        }
        reader.Byte();
        reader.Byte();
        reader.Byte();
        var body = reader.UInt32();
        reader.UInt32();
        var length = FixedSize + (((long)reader.UInt32() + 7) & ~7L) + body;
        return length <= Limit ? (int)length : throw new InvalidDataException($"a message of the system bus has {length} bytes");
    }

    public static BusMessage Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new BusReader(bytes.Span);
        reader.Byte();
        var type = (BusMessageType)reader.Byte();
        reader.Byte();
        reader.Byte();
        var body = (int)reader.UInt32();
        var message = new BusMessage { Type = type, Serial = reader.UInt32(), Body = bytes[^body..] };
        var end = reader.UInt32() + FixedSize;
        while (reader.Position < end)
        {
            reader.Align(8);
            var field = reader.Byte();
            var signature = reader.Signature();
            var text = signature switch { "s" or "o" => reader.String(), "g" => reader.Signature(), _ => null };
            var number = signature == "u" ? reader.UInt32() : 0;
            message = field switch
            {
                Path => message with { Object = text },
                InterfaceField => message with { Interface = text },
                MemberField => message with { Member = text },
                ErrorName => message with { Error = text },
                ReplySerial => message with { ReplyTo = number },
                DestinationField => message with { Destination = text },
                SignatureField => message with { Signature = text ?? "" },
                _ when text is not null || signature == "u" => message,
                _ => throw new InvalidDataException($"a message of the system bus has a header field of type {signature}"),
            };
        }
        return message;
    }

    private static void Text(BusWriter fields, byte field, string signature, string? value)
    {
        if (value is not null)
        {
            fields.Align(8).Byte(field).Signature(signature).String(value);
        }
    }
}
