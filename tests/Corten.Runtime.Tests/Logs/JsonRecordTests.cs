using System.Text;
using System.Text.Json;
using Corten.Runtime.Logs;
using Corten.Runtime.Monitoring;
using CsCheck;

namespace Corten.Runtime.Tests.Logs;

public sealed class JsonRecordTests
{
    private static readonly DateTime Time = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(1_230_000);

    private static string Record(byte[] line, bool complete = true, Dictionary<string, string>? attributes = null)
    {
        var format = new JsonRecord(attributes);
        byte[] into = new byte[format.MaxLength(line.Length)];
        int length = format.Write(into, line, complete, OutputStream.Stdout, Time);
        return Encoding.UTF8.GetString(into, 0, length);
    }

    [Theory]
    [InlineData("plain", "plain\\n")]
    [InlineData("a\"b\\c\td\re", "a\\\"b\\\\c\\td\\re\\n")]
    [InlineData("<&>", "\\u003c\\u0026\\u003e\\n")]
    [InlineData("\u001b[0m\u0000", "\\u001b[0m\\u0000\\n")]
    [InlineData("é€😀\u2028", "é€😀\\u2028\\n")]
    [InlineData("\uFFFD", "\uFFFD\\n")]
    public void Text_is_escaped_as_docker_does(string line, string expected)
        => Assert.Equal($"{{\"log\":\"{expected}\",\"stream\":\"stdout\",\"time\":\"2026-01-02T03:04:05.123Z\"}}\n", Record(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void Bytes_that_are_no_text_are_replaced_one_by_one_and_what_follows_stays()
        => Assert.Contains("\"log\":\"a\\ufffd\\ufffdb\\ufffd\\n\"", Record([(byte)'a', 0xFF, 0xC3, (byte)'b', 0xE2]));

    [Fact]
    public void Partial_lines_have_no_newline_and_attributes_come_along()
        => Assert.Equal("{\"log\":\"x\",\"stream\":\"stdout\",\"attrs\":{\"k\":\"v\"},\"time\":\"2026-01-02T03:04:05.123Z\"}\n", Record("x"u8.ToArray(), complete: false, new() { ["k"] = "v" }));

    [Fact]
    public void Whatever_is_written_is_json_and_within_its_bound()
    {
        Check.Sample(Gen.Byte.Array[0, 200], line =>
        {
            using JsonDocument record = JsonDocument.Parse(Record(line));
            return record.RootElement.GetProperty("log").GetString()!.EndsWith('\n');
        });
    }
}
