using Corten.Build.Solving;
using Corten.Oci.Errors;

namespace Corten.Build.Tests.Solving;

public sealed class CacheFilterTests
{
    private static readonly Dictionary<string, string> Record = new() { ["id"] = "abc123", ["type"] = "regular", ["description"] = "RUN a, b", ["shared"] = "" };

    [Theory]
    [InlineData("", true)]
    [InlineData("type==regular", true)]
    [InlineData("type!=regular", false)]
    [InlineData("id~=^abc", true)]
    [InlineData("id~=^bc", false)]
    [InlineData("shared", true)]
    [InlineData("private", false)]
    // As BuildKit has it: what is a yes or no has no value.
    [InlineData("shared==true", false)]
    [InlineData("type==regular,shared", true)]
    [InlineData("type==regular,private", false)]
    [InlineData("description==\"RUN a, b\"", true)]
    public void Matches(string filter, bool expected) => Assert.Equal(expected, CacheFilter.Parse([filter]).Matches(Record.GetValueOrDefault));

    [Theory]
    [InlineData("id~=")]
    [InlineData("type==")]
    public void A_value_that_is_empty_is_no_filter_for_everything(string filter) =>
        Assert.Equal($"filters: parse error: [{filter}]: expected value or quoted", Assert.Throws<CortenException>(() => CacheFilter.Parse([filter])).Message);

    [Fact]
    public void One_of_several_is_enough() => Assert.True(CacheFilter.Parse(["private", "shared"]).Matches(Record.GetValueOrDefault));

    [Theory]
    [InlineData("==x")]
    [InlineData("id=x")]
    [InlineData("a,,b")]
    [InlineData("id==\"x")]
    [InlineData("id~=(")]
    public void Refuses(string filter) => Assert.StartsWith("filters: parse error: [", Assert.Throws<CortenException>(() => CacheFilter.Parse([filter])).Message);
}
