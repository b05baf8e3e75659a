using Corten.Containers.Validation;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Containers.Tests.Validation;

public class LogRulesTests
{
    [Theory]
    [InlineData("10", 1024, 10)]
    [InlineData("10k", 1024, 10240)]
    [InlineData("10k", 1000, 10000)]
    [InlineData("20m", 1024, 20 << 20)]
    [InlineData("1.5MB", 1000, 1_500_000)]
    [InlineData("1gib", 1024, 1 << 30)]
    public void Sizes_have_units(string text, long unit, long bytes)
    {
        Assert.True(LogRules.TryParseSize(text, unit, out var parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("bogus", null, "error looking up logging plugin bogus: plugin \"bogus\" not found")]
    [InlineData("json-file", "bogus", "unknown log opt 'bogus' for json-file log driver")]
    [InlineData("syslog", "x", "unknown log opt 'x' for syslog log driver")]
    [InlineData("local", "tag", "unknown log opt 'tag' for log driver local")]
    public void Unknown_drivers_and_options_are_named(string driver, string? option, string words)
    {
        var log = new LogConfig { Type = driver, Config = option is null ? [] : new() { [option] = "1" } };
        Assert.Equal(words, Assert.Throws<CortenException>(() => LogRules.Check(log)).Message);
    }

    [Theory]
    [InlineData("syslog-address", "foo://x", "unsupported scheme: 'foo'")]
    [InlineData("syslog-address", "unixgram:///nosuch", "stat /nosuch: no such file or directory")]
    [InlineData("syslog-facility", "x", "invalid syslog facility")]
    [InlineData("syslog-facility", "24", "invalid syslog facility")]
    [InlineData("syslog-format", "x", "Invalid syslog format")]
    public void What_syslog_can_t_do_is_refused_at_creation(string option, string value, string words)
    {
        var log = new LogConfig { Type = "syslog", Config = new() { [option] = value } };
        Assert.Equal(words, Assert.Throws<CortenException>(() => LogRules.Check(log)).Message);
    }
}
