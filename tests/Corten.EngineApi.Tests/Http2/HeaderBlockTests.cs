using System.Buffers;
using System.Text;
using Corten.EngineApi.Http2;

namespace Corten.EngineApi.Tests.Http2;

/// <summary>Header blocks, by the examples of RFC 7541.</summary>
public sealed class HeaderBlockTests
{
    [Fact]
    public void Requests_with_huffman_code_build_on_one_another()
    {
        // Appendix C.4: three requests on one connection.
        var reader = new HeaderBlock();
        Header[] common = [new(":method", "GET"), new(":scheme", "http"), new(":path", "/"), new(":authority", "www.example.com")];
        Assert.Equal(common, reader.Read(Convert.FromHexString("828684418cf1e3c2e5f23a6ba0ab90f4ff")));
        Assert.Equal([.. common, new("cache-control", "no-cache")], reader.Read(Convert.FromHexString("828684be5886a8eb10649cbf")));
        Assert.Equal(
            [new(":method", "GET"), new(":scheme", "https"), new(":path", "/index.html"), new(":authority", "www.example.com"), new("custom-key", "custom-value")],
            reader.Read(Convert.FromHexString("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf")));
    }

    [Fact]
    public void What_is_written_is_read_again_whatever_its_length()
    {
        Header[] headers = [new("a", ""), new("long", new string('x', 70_000)), new("umlaut", "größer"), new("a", "again")];
        var block = new ArrayBufferWriter<byte>();
        HeaderBlock.Write(block, headers);
        Assert.Equal(headers, new HeaderBlock().Read(block.WrittenSpan));
    }

    [Theory]
    [InlineData("80")] // number 0
    [InlineData("ff8000")] // a number beyond both tables
    [InlineData("0085")] // ends within a text
    [InlineData("ffffffffffffff")] // a number without end
    [InlineData("3fe21f")] // a table larger than was allowed
    [InlineData("00810000")] // padding that is none
    public void What_is_no_header_block_is_refused(string block) =>
        Assert.Throws<InvalidDataException>(() => new HeaderBlock().Read(Convert.FromHexString(block)));

    [Fact]
    public void The_code_says_every_octet()
    {
        // RFC 7541, C.6.1.
        Assert.Equal("Mon, 21 Oct 2013 20:13:21 GMT", Encoding.ASCII.GetString(HuffmanCode.Decode(Convert.FromHexString("d07abe941054d444a8200595040b8166e082a62d1bff"))));
        Assert.Equal("https://www.example.com", Encoding.ASCII.GetString(HuffmanCode.Decode(Convert.FromHexString("9d29ad171863c78f0b97c8e9ae82ae43d3"))));
    }
}
