using Corten.Cli.Commands;
using Corten.Cli.Output;

namespace Corten.Cli.Tests.Output;

public sealed class NotationTests
{
    [Theory]
    [InlineData(0, "0B")]
    [InlineData(999, "999B")]
    [InlineData(1000, "1kB")]
    [InlineData(1984387, "1.98MB")]
    [InlineData(999_999, "1e+03kB")]
    [InlineData(102_400_000, "102MB")]
    [InlineData(1_000_000_000_000, "1TB")]
    public void Sizes_in_lists_have_three_digits(long bytes, string expected) => Assert.Equal(expected, ByteSize.Human(bytes));

    [Theory]
    [InlineData(1984387, "1.984MB")]
    [InlineData(0, "0B")]
    public void Totals_have_four(long bytes, string expected) => Assert.Equal(expected, ByteSize.Human(bytes, 4));

    [Theory]
    [InlineData(393216, "384KiB")]
    [InlineData(1507328, "1.438MiB")]
    [InlineData(25276264448, "23.54GiB")]
    public void Memory_is_binary(long bytes, string expected) => Assert.Equal(expected, ByteSize.HumanBinary(bytes));

    [Theory]
    [InlineData("512", 512)]
    [InlineData("64k", 65536)]
    [InlineData("1.5g", 1610612736)]
    [InlineData("10MiB", 10485760)]
    [InlineData("10 mb", 10485760)]
    [InlineData("1B", 1)]
    public void Sizes_are_read_with_binary_units(string text, long expected)
    {
        Assert.True(ByteSize.TryParse(text, out var bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("-1")]
    [InlineData("1x")]
    [InlineData("1mm")]
    [InlineData(".5m")]
    [InlineData("99999999999999999999t")]
    public void Other_sizes_are_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData("0", 0L, "0s")]
    [InlineData("1h2m3.5s", 3_723_500_000_000L, "1h2m3.5s")]
    [InlineData("90s", 90_000_000_000L, "1m30s")]
    [InlineData("200ms", 200_000_000L, "200ms")]
    [InlineData("1.5us", 1_500L, "1.5µs")]
    [InlineData("-1m", -60_000_000_000L, "-1m0s")]
    public void Durations(string text, long nanoseconds, string printed)
    {
        Assert.True(GoDuration.TryParse(text, out var parsed));
        Assert.Equal(nanoseconds, parsed);
        Assert.Equal(printed, GoDuration.Format(parsed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5x")]
    [InlineData("s")]
    [InlineData("1..5s")]
    [InlineData("9999999999h")]
    public void Other_durations_are_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Theory]
    [InlineData(0.4, "Less than a second")]
    [InlineData(1, "1 second")]
    [InlineData(59, "59 seconds")]
    [InlineData(60, "About a minute")]
    [InlineData(3599, "59 minutes")]
    [InlineData(3600, "About an hour")]
    [InlineData(47 * 3600, "47 hours")]
    [InlineData(48 * 3600, "2 days")]
    [InlineData(14 * 86400, "2 weeks")]
    [InlineData(60 * 86400, "2 months")]
    [InlineData(730 * 86400, "2 years")]
    public void Ages_in_words(double seconds, string expected) => Assert.Equal(expected, HumanTime.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("sleep 1000000000000000000", 20, "sleep 1000000000000…")]
    [InlineData("short", 20, "short")]
    [InlineData("ééééé", 4, "ééé…")]
    public void Cuts_at_characters(string text, int length, string expected) => Assert.Equal(expected, Ellipsis.Cut(text, length));

    [Fact]
    public void Quotes_as_Go_does() => Assert.Equal("\"a\\\"b\\\\c\\n\\x01é\"", GoQuote.Quote("a\"b\\c\n\u0001é"));

    [Theory]
    [InlineData("2026-11-23T05:10:34.814468613Z", "2026-11-23 05:10:34.814468613 +0000 UTC")]
    [InlineData("2026-11-23T05:10:34Z", "2026-11-23 05:10:34 +0000 UTC")]
    [InlineData("2026-11-23T05:10:34.500+02:00", "2026-11-23 05:10:34.5 +0200 +0200")]
    public void Times_in_words(string rfc, string expected) => Assert.Equal(expected, TimeWords.Words(rfc));

    [Fact]
    public void Numbers_within_names_sort_by_value()
    {
        string[] names = ["a10", "a9", "a", "b1", "a9b"];
        Assert.Equal(["a", "a9", "a9b", "a10", "b1"], names.Order(NaturalOrder.Instance));
    }

    [Theory]
    [InlineData("1700000000", "1700000000")]
    [InlineData("1700000000.5", "1700000000.5")]
    [InlineData("2020-01-01T00:00:00Z", "1577836800.000000000")]
    [InlineData("2020-01-01T02:00:00.25+02:00", "1577836800.250000000")]
    public void Times_given_to_since(string text, string expected) => Assert.Equal(expected, TimeArgument.Read(text));
}
