using Corten.Distribution.Authentication;
using Corten.Oci.Errors;
using CsCheck;

namespace Corten.Distribution.Tests.Authentication;

public sealed class ChallengeTests
{
    [Theory]
    [InlineData("Bearer realm=\"https://a.b/token\",service=\"s\",scope=\"repository:x:pull,push\"", "bearer", "repository:x:pull,push")]
    [InlineData("bearer  Realm = \"https://a.b/token\" , SERVICE=s,scope=\"a \\\"b\\\"\"", "bearer", "a \"b\"")]
    [InlineData("Basic realm=x, Bearer realm=\"https://a.b/token\",scope=z", "bearer", "z")]
    [InlineData("Negotiate, Bearer scope=\"\"", "bearer", "")]
    public void ParametersAreRead(string header, string scheme, string scope)
    {
        var challenge = Assert.Single(Challenge.Parse([header]), c => c.Scheme == scheme);

        Assert.Equal(scope, challenge["scope"]);
    }

    [Fact]
    public void SeveralHeadersAndSchemes()
    {
        var challenges = Challenge.Parse(["Basic realm=\"a\", Digest realm=\"b\", nonce=\"c,d\"", "Bearer realm=\"e\""]);

        Assert.Equal(["basic", "digest", "bearer"], challenges.Select(c => c.Scheme));
        Assert.Equal("c,d", challenges[1]["nonce"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",,, ,")]
    [InlineData("=")]
    [InlineData("\"")]
    public void NothingInNothing(string header) => Assert.Empty(Challenge.Parse([header]));

    [Theory]
    [InlineData("Bearer realm=\"unterminated")]
    [InlineData("Bearer realm=\"a\\")]
    public void MalformedValuesAreLeftOut(string header) => Assert.Null(Assert.Single(Challenge.Parse([header]))["realm"]);

    [Theory]
    [InlineData("Bearer service=x")]
    [InlineData("Bearer realm=\"/token\"")]
    [InlineData("Bearer realm=\"file:///etc/passwd\"")]
    [InlineData("Bearer realm=\"http://\"")]
    public void ARealmMustBeAnAddress(string header) =>
        Assert.Throws<CortenException>(() => TokenChallenge.From(Assert.Single(Challenge.Parse([header]))));

    [Fact]
    public void AnyHeaderIsReadWithinBounds() =>
        Gen.String[Gen.Char["Bearealm=\"\\,; \tscope0"], 0, 200].Array[0, 4].Sample(headers =>
            Challenge.Parse(headers).Count <= Challenge.MaxChallenges);

    [Fact]
    public void AHugeHeaderIsCut() => Assert.True(Challenge.Parse([string.Join(", ", Enumerable.Repeat("Basic a=b", 100_000))]).Count <= Challenge.MaxChallenges);
}
