using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Oci.Tests.Image;

public sealed class PlatformTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/amd64")]
    [InlineData("linux/x86_64", "linux/amd64")]
    [InlineData("arm64", "linux/arm64")]
    [InlineData("linux/aarch64", "linux/arm64")]
    [InlineData("linux/arm64/v8", "linux/arm64")]
    [InlineData("linux/arm", "linux/arm/v7")]
    [InlineData("linux/armhf", "linux/arm/v7")]
    [InlineData("linux/arm/v6", "linux/arm/v6")]
    [InlineData("Linux/AMD64", "linux/amd64")]
    public void Spellings(string text, string canonical) => Assert.Equal(canonical, Platform.Parse(text).ToString());

    [Theory]
    [InlineData("foo")]
    [InlineData("linux/")]
    [InlineData("linux/amd64/v1/x")]
    [InlineData("linux/am d")]
    public void WhatIsNoPlatformIsRefused(string text) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<CortenException>(() => Platform.Parse(text)).Kind);

    [Theory]
    [InlineData("linux/arm64", "linux/amd64,linux/arm64/v8,linux/arm/v7", 1)]
    [InlineData("linux/arm64", "linux/amd64,linux/arm/v6,linux/arm/v7", 2)]
    [InlineData("linux/arm/v7", "linux/arm/v5,linux/arm/v6,linux/arm/v8", 1)]
    [InlineData("linux/arm/v6", "linux/arm/v7", -1)]
    [InlineData("linux/amd64", "windows/amd64,linux/386,linux/amd64", 2)]
    [InlineData("linux/amd64", "linux/386", 0)]
    [InlineData("linux/amd64", "linux/amd64/v3", -1)]
    [InlineData("linux/amd64/v3", "linux/amd64,linux/amd64/v2,linux/amd64/v4", 1)]
    [InlineData("linux/riscv64", "linux/amd64,unknown/unknown", -1)]
    public void TheBestEntryIsChosen(string wanted, string offered, int expected)
    {
        var entries = offered.Split(',').Select(o => o.Split('/')).Select(p => new Descriptor
        {
            Platform = new Platform { Os = p[0], Architecture = p[1], Variant = p.Length > 2 ? p[2] : null },
        }).ToList();

        var chosen = PlatformChoice.Choose(entries, Platform.Parse(wanted));

        Assert.Equal(expected, chosen is null ? -1 : entries.IndexOf(chosen));
    }

    [Fact]
    public void EntriesWithoutPlatformAreNotChosen() => Assert.Null(PlatformChoice.Choose([new Descriptor()], Platform.Host));
}
