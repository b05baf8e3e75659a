using Corten.Build.Dockerfile.Expansion;

namespace Corten.Build.Tests.Dockerfile.Expansion;

public class GoTextTests
{
    [Theory]
    [InlineData("0", 0L, "0s")]
    [InlineData("30s", 30_000_000_000L, "30s")]
    [InlineData("1m30s", 90_000_000_000L, "1m30s")]
    [InlineData("1.5h", 5_400_000_000_000L, "1h30m0s")]
    [InlineData("300ms", 300_000_000L, "300ms")]
    [InlineData("1.5s", 1_500_000_000L, "1.5s")]
    [InlineData("10us", 10_000L, "10µs")]
    [InlineData("-2s", -2_000_000_000L, "-2s")]
    public void Durations(string text, long nanoseconds, string printed)
    {
        Assert.Equal(nanoseconds, GoText.ParseDuration(text));
        Assert.Equal(printed, GoText.Duration(nanoseconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5x")]
    [InlineData("s")]
    [InlineData("99999999999999999h")]
    public void Not_durations(string text) => Assert.Throws<FormatException>(() => GoText.ParseDuration(text));

    [Fact]
    public void Quotes() => Assert.Equal("\"a\\\"b\\\\\\n\\t\\x00\\x7f\u00e9\"", GoText.Quote("a\"b\\\n\t\0\u007f\u00e9"));

    [Fact]
    public void Lists()
    {
        Assert.Equal("[\"a\" \"b c\"]", GoText.Quote(["a", "b c"]));
        Assert.Equal("[a b c]", GoText.List(["a", "b c"]));
    }
}
