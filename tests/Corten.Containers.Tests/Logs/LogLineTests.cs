using System.Text;
using Corten.Containers.Logs;
using Corten.EngineApi.Streams;

namespace Corten.Containers.Tests.Logs;

public class LogLineTests
{
    [Fact]
    public void A_record_is_read_to_the_nanosecond()
    {
        var line = new LogLine();
        Assert.True(new JsonLogFormat().TryParse("""{"log":"a\tb\n","stream":"stderr","attrs":{"k":"v"},"time":"2026-01-02T03:04:05.123456789Z"}"""u8, line));
        Assert.Equal((StdStream.Stderr, "a\tb\n", "v"), (line.Stream, Encoding.UTF8.GetString(line.Message), line.Attributes!["k"]));
        Assert.Equal(123456789, line.TimeNano % 1_000_000_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"log\":\"torn")]
    [InlineData("[]")]
    public void A_torn_record_is_none(string text) => Assert.False(new JsonLogFormat().TryParse(Encoding.UTF8.GetBytes(text), new LogLine()));

    [Theory]
    [InlineData(1, "three\n")]
    [InlineData(2, "two\nthree\n")]
    [InlineData(3, "one\ntwo\nthree\n")]
    public void The_tail_of_a_file_is_found_from_its_end(long lines, string expected)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "one\ntwo\nthree\n");
            using var file = LogFile.TryOpen(path, compressed: false)!;
            using var reader = new StreamReader(file.From(file.FindTail(new JsonLogFormat(), lines)!.Value));
            Assert.Equal(expected, reader.ReadToEnd());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
