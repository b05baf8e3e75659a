using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Corten.Oci.Errors;

namespace Corten.Oci.Image;

/// <summary>
/// The identity of a blob, <c>algorithm:hex</c> (image-spec, descriptor.md, "Digests"). Only the two registered algorithms are accepted:
/// sha256 (64 lower-case hexadecimal digits) and sha512 (128).
/// </summary>
[JsonConverter(typeof(DigestJsonConverter))]
public readonly record struct Digest : IComparable<Digest>
{
    private readonly string? _value;

    private Digest(string value) => _value = value;

    /// <summary>True for <c>default</c>, which names nothing.</summary>
    public bool IsEmpty => _value is null;

    public string Algorithm => _value is null ? "" : _value[.._value.IndexOf(':')];

    public string Hex => _value is null ? "" : _value[(_value.IndexOf(':') + 1)..];

    /// <summary>The first twelve hexadecimal digits, as lists show them.</summary>
    public string Short => _value is null ? "" : Hex[..12];

    public static Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw CortenException.Invalid($"invalid digest format: {text}");

    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        var colon = text?.IndexOf(':') ?? -1;
        if (colon < 0)
        {
            return false;
        }

        var length = text.AsSpan(0, colon) switch { "sha256" => 64, "sha512" => 128, _ => -1 };
        if (text!.Length - colon - 1 != length || text.AsSpan(colon + 1).ContainsAnyExcept(LowerHex))
        {
            return false;
        }

        digest = new Digest(text);
        return true;
    }

    /// <summary>From a SHA-256 hash of 32 bytes.</summary>
    public static Digest FromSha256(ReadOnlySpan<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash.Length, SHA256.HashSizeInBytes);
        return new Digest("sha256:" + Convert.ToHexStringLower(hash));
    }

    /// <summary>The SHA-256 digest of <paramref name="content"/>.</summary>
    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return FromSha256(hash);
    }

    public int CompareTo(Digest other) => string.CompareOrdinal(_value, other._value);

    public override string ToString() => _value ?? "";

    private static readonly System.Buffers.SearchValues<char> LowerHex = System.Buffers.SearchValues.Create("0123456789abcdef");
}

/// <summary>A digest as a JSON string; an empty one is read as none.</summary>
public sealed class DigestJsonConverter : JsonConverter<Digest>
{
    public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString();
        return string.IsNullOrEmpty(text) ? default
            : Digest.TryParse(text, out var digest) ? digest : throw new JsonException($"invalid digest format: {text}");
    }

    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    public override Digest ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Digest.TryParse(reader.GetString(), out var digest) ? digest : throw new JsonException("invalid digest format");

    public override void WriteAsPropertyName(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString());
}
