using Corten.Build.Attestations;
using Corten.Oci.Errors;

namespace Corten.Build.Tests.Attestations;

public sealed class AttestationRequestTests
{
    private static AttestationRequest Parse(string key, string value, bool inline = false) => AttestationRequest.Parse(new Dictionary<string, string> { [key] = value }, inline);

    [Theory]
    [InlineData("attest:sbom", "type=sbom,generator=NO IMAGE", "invalid SBOM generator \"NO IMAGE\"")]
    [InlineData("build-arg:BUILDKIT_ATTEST_SBOM", "generator=a,X Y=z", "invalid parameter \"X Y\" of an SBOM generator")]
    [InlineData("attest:sbom", "generatr=a", "unknown SBOM option \"generatr\" (did you mean generator?)")]
    [InlineData("attest:provenance", "version=v0.2", "provenance of version v0.2 is not supported: it is of SLSA v1")]
    [InlineData("attest:provenance", "mode=most", "invalid mode \"most\"")]
    [InlineData("attest:provenance", "filename=../a", "invalid provenance filename \"../a\"")]
    [InlineData("attest:other", "", "unknown attestation type \"other\"")]
    public void What_is_not_made_is_named(string key, string value, string words) => Assert.Equal(words, Assert.Throws<CortenException>(() => Parse(key, value)).Message);

    [Fact]
    public void What_is_said_beside_a_generator_is_for_it()
    {
        var generator = Parse("attest:sbom", "type=sbom,generator=some/scanner,LEVEL=deep").Generator!;
        Assert.Equal("some/scanner", generator.Image);
        Assert.Equal("deep", Assert.Single(generator.Parameters, p => p.Key == "LEVEL").Value);
    }

    [Fact]
    public void What_clients_add_unasked_is_for_exporters_that_say_so()
    {
        Assert.True(Parse("attest:provenance", "mode=min,inline-only=true").IsEmpty);
        Assert.False(Parse("attest:provenance", "mode=min,inline-only=true", inline: true).IsEmpty);
        Assert.True(Parse("attest:sbom", "disabled=true,generator=a").IsEmpty);
        Assert.True(Parse("attest:sbom", "").Sbom);
    }
}
