using Corten.EngineApi.Filters;

namespace Corten.EngineApi.Tests.Filters;

public class FilterSetTests
{
    [Theory]
    [InlineData("""{"label":{"a=b":true,"c":false}}""")]
    [InlineData("""{"label":["a=b"]}""")]
    public void Both_encodings_are_read(string json) => Assert.Equal(["a=b"], FilterSet.Parse(json)["label"]);

    [Theory]
    [InlineData("zz")]
    [InlineData("[]")]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"a":[1]}""")]
    public void Anything_else_is_refused(string json) =>
        Assert.Equal("invalid filter", Assert.Throws<InvalidFilterException>(() => FilterSet.Parse(json)).Message);

    [Fact]
    public void Unknown_keys_are_named() =>
        Assert.Equal("invalid filter 'x'", Assert.Throws<InvalidFilterException>(() => FilterSet.Parse("""{"x":["y"]}""").Allow("label")).Message);

    [Theory]
    [InlineData("""{"dangling":["y"]}""", "invalid filter 'dangling=[y]'")]
    [InlineData("""{"dangling":["0","1"]}""", "invalid filter 'dangling=[0 1]'")]
    public void Truth_values_are_checked(string json, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidFilterException>(() => FilterSet.Parse(json).Bool("dangling")).Message);

    [Theory]
    [InlineData("""{"label":["a","b=2"]}""", true)]
    [InlineData("""{"label":["a","b=3"]}""", false)]
    [InlineData("""{"label":["c"]}""", false)]
    [InlineData("", true)]
    public void Labels_must_all_match(string json, bool matches) =>
        Assert.Equal(matches, FilterSet.Parse(json).Labels("label", new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }));

    [Theory]
    [InlineData("vol", true)]
    [InlineData("^vol$", false)]
    [InlineData("ol1$", true)]
    [InlineData("(", false)]
    [InlineData("other", false)]
    public void Names_match_as_expressions(string value, bool matches) =>
        Assert.Equal(matches, FilterSet.Empty.With("name", value).Match("name", "vol1"));
}
