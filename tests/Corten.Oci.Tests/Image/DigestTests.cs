using Corten.Oci.Errors;
using Corten.Oci.Image;
using CsCheck;

namespace Corten.Oci.Tests.Image;

public sealed class DigestTests
{
    [Fact]
    public void OfContent()
    {
        var digest = Digest.Of("{}"u8);

        Assert.Equal("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", digest.ToString());
        Assert.Equal("sha256", digest.Algorithm);
        Assert.Equal("44136fa355b3", digest.Short);
        Assert.Equal(digest, Digest.Parse(digest.ToString()));
        Assert.False(digest.IsEmpty);
        Assert.True(default(Digest).IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256")]
    [InlineData("sha256:")]
    [InlineData("sha256:abc")]
    [InlineData("sha256:44136FA355B3678A1146AD16F7E8649E94FB4FC21FE77E8310C060F61CAAFF8A")]
    [InlineData("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a0")]
    [InlineData("sha256:../../../../../../etc/passwd/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("sha512:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")]
    public void WhatIsNoDigestIsRefused(string text) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<CortenException>(() => Digest.Parse(text)).Kind);

    [Fact]
    public void ParsedOnesAreSafeFileNames() =>
        Gen.String.Sample(text => !Digest.TryParse(text, out var digest) || digest.Hex.All(char.IsAsciiHexDigitLower));

    [Fact]
    public void ChainsDependOnOrder()
    {
        var (a, b) = (Digest.Of("a"u8), Digest.Of("b"u8));

        Assert.Equal(a, ChainId.Of([a]));
        Assert.Equal(Digest.Of(System.Text.Encoding.ASCII.GetBytes($"{a} {b}")), ChainId.Of([a, b]));
        Assert.NotEqual(ChainId.Of([a, b]), ChainId.Of([b, a]));
        Assert.True(ChainId.Of([]).IsEmpty);
    }
}
