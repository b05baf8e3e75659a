using System.Text;
using Corten.Oci.Errors;
using CsCheck;

namespace Corten.Client.Tests;

public sealed class AddressAndLinesTests
{
    [Theory]
    [InlineData("unix:///a/b", EngineTransport.Unix, "/a/b", 0, "unix:///a/b")]
    [InlineData("unix://", EngineTransport.Unix, EngineAddress.DefaultSocket, 0, "unix:///run/corten/corten.sock")]
    [InlineData("tcp://h", EngineTransport.Tcp, "h", 2375, "tcp://h:2375")]
    [InlineData("tcp://h:99/base", EngineTransport.Tcp, "h", 99, "tcp://h:99/base")]
    [InlineData("h:99", EngineTransport.Tcp, "h", 99, "tcp://h:99")]
    [InlineData("tcp://[::1]:99", EngineTransport.Tcp, "::1", 99, "tcp://[::1]:99")]
    [InlineData("https://h", EngineTransport.Tcp, "h", 2376, "tcp://h:2376")]
    [InlineData("ssh://u@h:22/s", EngineTransport.Ssh, "u@h", 22, "ssh://u@h:22/s")]
    public void Addresses(string text, EngineTransport transport, string target, int port, string shown)
    {
        var address = EngineAddress.Parse(text, tls: false);
        Assert.Equal((transport, target, port, shown), (address.Transport, address.Target, address.Port, address.Text));
    }

    [Theory]
    [InlineData("npipe:////./pipe/x")]
    [InlineData("tcp://h:x")]
    [InlineData("tcp://h:0")]
    [InlineData("tcp://h:70000")]
    public void Addresses_that_are_none(string text) => Assert.Throws<CortenException>(() => EngineAddress.Parse(text, tls: false));

    [Fact]
    public void Queries_are_escaped()
    {
        Assert.Equal("/x?a=b%26c+d&e=1", new Query("/x").Add("a", "b&c d").AddIf("n", "").AddIf("e", true).AddIf("f", false).ToString());
        Assert.Equal("reg:5000/a%3Fb%20c", Query.Segment("reg:5000/a?b c"));
    }

    [Fact]
    public void Objects_arrive_whole_however_the_stream_is_cut()
    {
        var text = Encoding.UTF8.GetBytes("{\"a\":\"é}{\"}\r\n{\"b\":[1,{\"c\":2}]} \n\u001e{}\n");
        Gen.Int[1, text.Length].Sample(size =>
        {
            var lines = new JsonLines(new Slow(text, size));
            Assert.Equal("é}{", lines.Next()!.Value.GetProperty("a").GetString());
            Assert.Equal(2, lines.Next()!.Value.GetProperty("b")[1].GetProperty("c").GetInt32());
            Assert.NotNull(lines.Next());
            Assert.Null(lines.Next());
        });
    }

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("nonsense")]
    public void What_is_not_JSON_is_an_error(string text)
        => Assert.Throws<InvalidDataException>(() => new JsonLines(new MemoryStream(Encoding.UTF8.GetBytes(text))).Next());

    /// <summary>Gives a few bytes a read.</summary>
    private sealed class Slow(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, size)]);
    }
}
