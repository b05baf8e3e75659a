using System.Text.Json;
using Corten.Cli.Output;

namespace Corten.Cli.Tests.Output;

/// <summary>What a request's body says is what was meant, whatever is in it.</summary>
public sealed class PlainJsonEncoderTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("\"quoted\" and \\ back")]
    [InlineData("\0\u0001\b\t\n\f\r\u001f\u007f")]
    [InlineData("é € 𝄞 \u2028 <a href='x'>&+</a>")]
    [InlineData("")]
    public void Text_comes_back_as_it_was(string text)
    {
        var body = Json.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("Inner");
            writer.WriteString("Id", "not this");
            writer.WriteEndObject();
            writer.WriteString(text, text);
            writer.WriteString("Id", text);
            writer.WriteNumber("Code", -3);
            writer.WriteEndObject();
        });
        using var read = JsonDocument.Parse(body);
        Assert.Equal(text, read.RootElement.GetProperty(text).GetString());
        Assert.Equal((text, -3, 0, ""), (Json.Text(body, "Id"), Json.Int(body, "Code"), Json.Int(body, "Id"), Json.Text(body, "Code")));
        Assert.Equal("", Json.Text("[1]"u8, "Id"));
    }

    [Fact]
    public void Half_a_pair_of_surrogates_becomes_the_replacement_character() =>
        Assert.Equal("a\uFFFDb", Json.Text(Json.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("Id", "a\ud834b");
            writer.WriteEndObject();
        }), "Id"));
}
