using Corten.Build.Attestations;
using Corten.Build.Attestations.Inventory;
using Corten.Oci.Image;

namespace Corten.Build.Tests.Attestations;

public sealed class InventoryTests
{
    [Fact]
    public void Removed_packages_are_not_there_and_parts_without_a_status_are()
    {
        const string Status = "Package: a\nStatus: install ok installed\nVersion: 1:2-3\nDescription: x\n Version: 9\n\nPackage: b\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: c\nVersion: 4\n";
        Assert.Equal([("a", "1:2-3"), ("c", "4")], SystemPackages.OfDpkg(Status, "x").Select(p => (p.Name, p.Version)));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"name\":1,\"version\":\"2\"}")]
    [InlineData("{\"name\":\"only\"}")]
    public void What_is_no_package_is_passed_over(string json) => Assert.Null(LanguagePackages.OfPackageJson(json, "x"));

    [Fact]
    public void Python_headers_end_at_the_first_empty_line() =>
        Assert.Equal(("foo-bar", "1.0"), LanguagePackages.OfMetadata("Name: Foo_Bar\nVersion: 1.0\n\nVersion: 2.0\n", "x") is { } p ? (p.Name, p.Version) : default);

    [Fact]
    public void Images_and_packages_have_urls()
    {
        var platform = Platform.Parse("linux/amd64");
        Assert.Equal("pkg:docker/busybox@latest?platform=linux%2Famd64", PackageUrl.OfImage("docker.io/library/busybox:latest", platform));
        Assert.Equal("pkg:docker/127.0.0.1%3A5000/a/b@1?platform=linux%2Famd64", PackageUrl.OfImage("127.0.0.1:5000/a/b:1", platform));
        Assert.Equal("pkg:deb/debian/libc6@2.36-9%2Bdeb12u1?arch=amd64", PackageUrl.Of("deb", "debian", "libc6", "2.36-9+deb12u1", ("arch", "amd64"), ("upstream", "")));
    }

    [Fact]
    public void What_clients_add_unasked_is_not_asked_for()
    {
        Assert.True(AttestationRequest.Parse(new Dictionary<string, string> { ["attest:provenance"] = "mode=min,inline-only=true" }).IsEmpty);
        Assert.True(AttestationRequest.Parse(new Dictionary<string, string> { ["attest:provenance"] = "disabled=true" }).IsEmpty);
        Assert.True(AttestationRequest.Parse(new Dictionary<string, string> { ["attest:provenance"] = "" }).Provenance!.Everything);
        Assert.False(AttestationRequest.Parse(new Dictionary<string, string> { ["attest:provenance"] = "mode=min" }).Provenance!.Everything);
    }
}
