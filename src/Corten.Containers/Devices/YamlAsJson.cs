using System.Buffers;
using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Corten.Containers.Devices;

/// <summary>
/// One YAML document as the JSON that it stands for: plain scalars that look like null, a truth value or a number are that, all else is text. From the parser's
/// events, without a tree or reflection. Aliases are refused: a few lines of them can stand for more than fits the memory.
/// </summary>
internal static class YamlAsJson
{
    private const int MaxDepth = 64;

    /// <exception cref="YamlException">It is no YAML, or not one that JSON can say.</exception>
    public static ReadOnlyMemory<byte> Convert(TextReader yaml)
    {
        var parser = new Parser(yaml);
        parser.Consume<StreamStart>();
        parser.Consume<DocumentStart>();
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            WriteNode(parser, writer, 0);
        }

        parser.Consume<DocumentEnd>();
        return bytes.WrittenMemory;
    }

    private static void WriteNode(Parser parser, Utf8JsonWriter writer, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new YamlException("exceeded max depth");
        }

        if (parser.TryConsume<MappingStart>(out _))
        {
            writer.WriteStartObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                writer.WritePropertyName(parser.Consume<Scalar>().Value);
                WriteNode(parser, writer, depth + 1);
            }

            writer.WriteEndObject();
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            writer.WriteStartArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                WriteNode(parser, writer, depth + 1);
            }

            writer.WriteEndArray();
        }
        else if (parser.TryConsume<Scalar>(out var scalar))
        {
            WriteScalar(scalar, writer);
        }
        else
        {
            throw new YamlException(parser.Current?.Start ?? Mark.Empty, parser.Current?.End ?? Mark.Empty, "aliases are not supported");
        }
    }

    private static void WriteScalar(Scalar scalar, Utf8JsonWriter writer)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag == "tag:yaml.org,2002:str"))
        {
            writer.WriteStringValue(text);
        }
        else if (text is "" or "~" or "null" or "Null" or "NULL")
        {
            writer.WriteNullValue();
        }
        else if (text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
        {
            writer.WriteBooleanValue(text[0] is 't' or 'T');
        }
        else if (TryInteger(text, out var number))
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteStringValue(text);
        }
    }

    /// <summary>Decimal, hexadecimal (<c>0x</c>), or octal as YAML 1.1 (<c>0660</c>) and 1.2 (<c>0o660</c>) write it, which file modes are.</summary>
    private static bool TryInteger(string text, out long number)
    {
        var isNegative = text.StartsWith('-');
        var digits = text.AsSpan(isNegative || text.StartsWith('+') ? 1 : 0);
        number = 0;
        if (digits.IsEmpty)
        {
            return false;
        }

        if (digits.StartsWith("0x", StringComparison.Ordinal))
        {
            return long.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
        }

        var octal = digits.StartsWith("0o", StringComparison.Ordinal) ? digits[2..] : digits.Length > 1 && digits[0] == '0' ? digits[1..] : default;
        if (octal.IsEmpty)
        {
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
        }

        foreach (var digit in octal)
        {
            if (digit is < '0' or > '7' || number > long.MaxValue >> 3)
            {
                return false;
            }

            number = (number << 3) + (digit - '0');
        }

        number = isNegative ? -number : number;
        return true;
    }
}
