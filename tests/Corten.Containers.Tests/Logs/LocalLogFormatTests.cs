using System.Text;
using Corten.Containers.Logs;
using Corten.EngineApi.Streams;

namespace Corten.Containers.Tests.Logs;

public class LocalLogFormatTests
{
    /// <summary>A record that Docker's local driver writes: source, time_nano 1, line, and the mark of a line that goes on.</summary>
    private static byte[] Record(string line, bool partial = false)
    {
        byte[] body = [0x0A, 6, .. "stderr"u8, 0x10, 1, 0x1A, (byte)line.Length, .. Encoding.ASCII.GetBytes(line), .. partial ? new byte[] { 0x20, 1 } : []];
        return [0, 0, 0, (byte)body.Length, .. body, 0, 0, 0, (byte)body.Length];
    }

    [Fact]
    public async Task Records_are_read_in_pieces_and_a_torn_one_waits()
    {
        byte[] file = [.. Record("one"), .. Record("two", partial: true), .. Record("torn")[..20]];
        var format = new LocalLogFormat();
        using var records = new RecordReader(new MemoryStream(file), format);
        var line = new LogLine();
        List<string> read = [];
        while (await records.NextAsync(CancellationToken.None) is { } record)
        {
            Assert.True(format.TryParse(record.Span, line));
            Assert.Equal((StdStream.Stderr, 1), (line.Stream, line.TimeNano));
            read.Add(Encoding.ASCII.GetString(line.Message));
        }

        Assert.Equal(["one\n", "two"], read);
        Assert.Equal(20, records.Unread);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_tail_is_found_by_the_lengths_behind_the_records(int records)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [.. Record("one"), .. Record("two"), .. Record("three")]);
            using var file = LogFile.TryOpen(path, compressed: false)!;
            long? expected = records > 3 ? null : new[] { "one", "two", "three" }.Take(3 - records).Sum(line => Record(line).Length);
            Assert.Equal(expected, new LocalLogFormat().FindTail(file, records));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4 })]
    [InlineData(new byte[] { 0, 0 })]
    public void What_is_no_record_ends_the_file(byte[] data) => Assert.False(new LocalLogFormat().TryCut(data, 0, out _, out _, out _));

    [Theory]
    [InlineData(new byte[] { 0x1A, 9, 1 })]
    [InlineData(new byte[] { 0x80 })]
    public void A_broken_message_is_none(byte[] record) => Assert.False(new LocalLogFormat().TryParse(record, new LogLine()));
}
