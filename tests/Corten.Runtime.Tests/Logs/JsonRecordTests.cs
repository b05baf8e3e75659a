using System.Text;
using System.Text.Json;
using Corten.Runtime.Logs;
using Corten.Runtime.Monitoring;
using CsCheck;

namespace Corten.Runtime.Tests.Logs;

public sealed class JsonRecordTests
{
    private static readonly DateTime Time = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(1_230_000);

    private static string Record(byte[] line, bool complete = true, string attributes = "")
    {
        byte[] into = new byte[JsonRecord.MaxLength(line.Length, attributes.Length)];
        int length = JsonRecord.Write(into, line, complete, OutputStream.Stdout, Encoding.UTF8.GetBytes(attributes), Time);
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
        => Assert.Equal("{\"log\":\"x\",\"stream\":\"stdout\",\"attrs\":{\"k\":\"v\"},\"time\":\"2026-01-02T03:04:05.123Z\"}\n", Record("x"u8.ToArray(), complete: false, "{\"k\":\"v\"}"));

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

public sealed class LineSplitterTests
{
    private static List<string> Split(params string[] pieces)
    {
        List<string> records = [];
        var splitter = new LineSplitter();
        void Add(ReadOnlySpan<byte> line, bool complete) => records.Add(Encoding.ASCII.GetString(line) + (complete ? "$" : "+"));
        foreach (string piece in pieces) splitter.Write(Encoding.ASCII.GetBytes(piece), Add);
        splitter.End(Add);
        return records;
    }

    [Fact]
    public void Lines_are_put_together_from_pieces()
    {
        Assert.Equal(["ab$", "$", "cd$", "e$"], Split("a", "b\n\nc", "d\n", "e"));
        Assert.Empty(Split("", ""));
    }

    [Fact]
    public void A_line_longer_than_a_record_is_cut()
    {
        string longest = new('x', LineSplitter.Longest);
        Assert.Equal([longest + "$"], Split(longest + "\n"));
        Assert.Equal([longest + "+", "y$"], Split(longest + "y\n"));
        Assert.Equal([longest + "+", longest + "+", "yz$"], Split(longest[..100], longest[100..] + longest, "yz"));
    }

    [Fact]
    public void Cutting_loses_and_adds_nothing()
    {
        Check.Sample(Gen.OneOf(Gen.Const((byte)'\n'), Gen.Byte).Array[0, 300].Array[0, 200], pieces =>
        {
            var splitter = new LineSplitter();
            List<byte> together = [];
            void Add(ReadOnlySpan<byte> line, bool complete)
            {
                Assert.True(line.Length <= LineSplitter.Longest);
                together.AddRange(line);
                if (complete) together.Add((byte)'\n');
            }
            foreach (byte[] piece in pieces) splitter.Write(piece, Add);
            splitter.End(Add);
            List<byte> expected = [.. pieces.SelectMany(piece => piece)];
            if (expected.Count > 0 && expected[^1] != '\n') expected.Add((byte)'\n');
            Assert.Equal(expected, together);
        }, iter: 200);
    }
}
