using Corten.Oci.Errors;
using Corten.Oci.Image;
using CsCheck;

namespace Corten.Oci.Tests.Image;

public sealed class ImageReferenceTests
{
    private const string Hex = "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c";

    [Theory]
    [InlineData("busybox", "docker.io/library/busybox", "busybox")]
    [InlineData("busybox:1.36", "docker.io/library/busybox:1.36", "busybox:1.36")]
    [InlineData("user/app", "docker.io/user/app", "user/app")]
    [InlineData("docker.io/library/x", "docker.io/library/x", "x")]
    [InlineData("index.docker.io/x", "docker.io/library/x", "x")]
    [InlineData("localhost/x", "localhost/x", "localhost/x")]
    [InlineData("localhost:5000/a/b:t", "localhost:5000/a/b:t", "localhost:5000/a/b:t")]
    [InlineData("Host/x", "Host/x", "Host/x")]
    [InlineData("[::1]:5000/x", "[::1]:5000/x", "[::1]:5000/x")]
    [InlineData("a__b/c--d/e.f", "docker.io/a__b/c--d/e.f", "a__b/c--d/e.f")]
    [InlineData("x@sha256:" + Hex, "docker.io/library/x@sha256:" + Hex, "x@sha256:" + Hex)]
    [InlineData("x:t@sha256:" + Hex, "docker.io/library/x:t@sha256:" + Hex, "x:t@sha256:" + Hex)]
    public void NamesAreCompletedAndShortened(string text, string full, string familiar)
    {
        var name = ImageReference.Parse(text);

        Assert.Equal(full, name.ToString());
        Assert.Equal(familiar, name.Familiar);
        Assert.Equal(name, ImageReference.Parse(full));
        Assert.Equal(name, ImageReference.Parse(familiar));
    }

    [Theory]
    [InlineData("", "invalid reference format")]
    [InlineData(":", "invalid reference format")]
    [InlineData("a:", "invalid reference format")]
    [InlineData("a//b", "invalid reference format")]
    [InlineData("a/", "invalid reference format")]
    [InlineData("-a", "invalid reference format")]
    [InlineData("a___b", "invalid reference format")]
    [InlineData("a..b", "invalid reference format")]
    [InlineData("../a", "invalid reference format")]
    [InlineData("a b", "invalid reference format")]
    [InlineData("a:t\n", "invalid reference format")]
    [InlineData("a@sha256:abc", "invalid reference format")]
    [InlineData("a@md5:d41d8cd98f00b204e9800998ecf8427e", "invalid reference format")]
    [InlineData("UPPER", "invalid reference format: repository name (library/UPPER) must be lowercase")]
    [InlineData("localhost:5000/Upper", "invalid reference format: repository name (Upper) must be lowercase")]
    [InlineData("reg.io/a/BAD B:x", "invalid reference format: repository name (a/BAD B) must be lowercase")]
    [InlineData(Hex, "invalid repository name (" + Hex + "), cannot specify 64-byte hexadecimal strings")]
    public void WhatIsNoNameIsRefusedInDockersWords(string text, string message)
    {
        var problem = Assert.Throws<CortenException>(() => ImageReference.Parse(text));

        Assert.Equal(ErrorKind.InvalidArgument, problem.Kind);
        Assert.Equal(message, problem.Message);
    }

    [Fact]
    public void LengthsAreBounded()
    {
        Assert.False(ImageReference.TryParse("a:" + new string('t', 129), out _));
        Assert.True(ImageReference.TryParse("a:" + new string('t', 128), out _));
        Assert.False(ImageReference.TryParse("h.x/" + new string('a', 256), out _));
        Assert.False(ImageReference.TryParse(new string('a', 1_000_000), out _));
    }

    [Fact]
    public void ATagIsSetAndChecked()
    {
        var name = ImageReference.Parse("x:1@sha256:" + Hex);

        Assert.Equal("x:2", name.WithTag("2").Familiar);
        Assert.Equal("x:latest", ImageReference.Parse("x").WithDefaultTag().Familiar);
        Assert.Equal("invalid tag format", Assert.Throws<CortenException>(() => name.WithTag("a/b")).Message);
    }

    [Fact]
    public void AnythingEitherIsRefusedOrComesBackTheSame() =>
        Gen.String[Gen.Char["abzAZ09._-:/@[] sha256\n\\"], 0, 40].Sample(text =>
        {
            if (ImageReference.TryParse(text, out var name))
            {
                Assert.Equal(name, ImageReference.Parse(name.ToString()));
                Assert.Equal(name, ImageReference.Parse(name.Familiar));
                Assert.DoesNotContain("..", name.Path);
            }
        });
}
