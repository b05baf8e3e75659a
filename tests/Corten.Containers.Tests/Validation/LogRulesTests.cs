using Corten.Containers.Validation;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Containers.Tests.Validation;

public class LogRulesTests
{
    [Theory]
    [InlineData("10", 10)]
    [InlineData("10k", 10240)]
    [InlineData("20m", 20 << 20)]
    [InlineData("1.5MB", 1572864)]
    [InlineData("1gib", 1 << 30)]
    public void Sizes_are_powers_of_1024(string text, long bytes)
    {
        Assert.True(LogRules.TryParseSize(text, out var parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("bogus", null, "error looking up logging plugin bogus: plugin \"bogus\" not found")]
    [InlineData("json-file", "bogus", "unknown log opt 'bogus' for json-file log driver")]
    [InlineData("syslog", "x", "unknown log opt 'x' for syslog log driver")]
    public void Unknown_drivers_and_options_are_named(string driver, string? option, string words)
    {
        var log = new LogConfig { Type = driver, Config = option is null ? [] : new() { [option] = "1" } };
        Assert.Equal(words, Assert.Throws<CortenException>(() => LogRules.Check(log)).Message);
    }
}
