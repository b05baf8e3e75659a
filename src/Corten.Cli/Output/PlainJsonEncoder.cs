using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace Corten.Cli.Output;

/// <summary>
/// Escapes what JSON demands (RFC 8259, section 7) and nothing else. The library's own encoders go through all of Unicode when the first of them is used, which is
/// a good part of a short command's time.
/// </summary>
internal sealed unsafe class PlainJsonEncoder : JavaScriptEncoder
{
    private static readonly SearchValues<char> Demanded = SearchValues.Create(
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    public static PlainJsonEncoder Instance { get; } = new();

    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var span = new ReadOnlySpan<char>(text, textLength);
        for (var at = 0; at < span.Length; at++)
        {
            // Halves of surrogate pairs that stand alone are replaced, which is for the base to do.
            if (char.IsSurrogate(span[at]))
            {
                if (at + 1 == span.Length || !char.IsSurrogatePair(span[at], span[at + 1]))
                {
                    return at;
                }
                at++;
            }
            else if (Demanded.Contains(span[at]))
            {
                return at;
            }
        }
        return -1;
    }

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < 0x20 or '"' or '\\';

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var target = new Span<char>(buffer, bufferLength);
        var plain = unicodeScalar switch { '"' => "\\\"", '\\' => "\\\\", '\b' => "\\b", '\f' => "\\f", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => null };
        if (plain is null && WillEncode(unicodeScalar))
        {
            return target.TryWrite($"\\u{unicodeScalar:X4}", out numberOfCharactersWritten);
        }
        if (plain is null)
        {
            return new Rune(unicodeScalar).TryEncodeToUtf16(target, out numberOfCharactersWritten);
        }
        numberOfCharactersWritten = plain.Length;
        return plain.TryCopyTo(target);
    }
}
