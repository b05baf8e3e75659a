using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Corten.Distribution.Authentication;
using Corten.Distribution.Registry;
using Corten.Distribution.Tests.Registry;
using Corten.Distribution.Transport;
using Corten.Oci.Image;

namespace Corten.Distribution.Tests.Transport;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("docker.io", "https://m.example/ https://registry-1.docker.io/")]
    [InlineData("r.example", "https://r.example/")]
    [InlineData("listed.example:5000", "https://listed.example:5000/ http://listed.example:5000/")]
    [InlineData("10.1.2.3:5000", "https://10.1.2.3:5000/ http://10.1.2.3:5000/")]
    [InlineData("10.2.2.3", "https://10.2.2.3/")]
    [InlineData("localhost:5000", "https://localhost:5000/ http://localhost:5000/")]
    [InlineData("127.0.0.9", "https://127.0.0.9/ http://127.0.0.9/")]
    [InlineData("[::1]:5000", "https://[::1]:5000/ http://[::1]:5000/")]
    public void WaysToARegistry(string domain, string expected)
    {
        var settings = new RegistrySettings { Mirrors = [new Uri("https://m.example")], InsecureRegistries = ["listed.example:5000", "10.1.0.0/16"] };

        Assert.Equal(expected, string.Join(' ', RegistryEndpoint.For(domain, reading: true, settings).Select(e => e.Base.AbsoluteUri)));
    }

    [Fact]
    public void NothingIsPushedToAMirror() =>
        Assert.DoesNotContain(RegistryEndpoint.For("docker.io", reading: false, new RegistrySettings { Mirrors = [new Uri("https://m.example")] }), e => e.IsMirror);

    [Fact]
    public async Task ARefusedConnectionIsToldInDockersWords()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        using var registries = new Registries(new RegistrySettings());

        var failure = await Assert.ThrowsAsync<RegistryUnreachableException>(() => OpenAsync(registries, $"127.0.0.1:{port}"));

        Assert.Equal($"Get \"http://127.0.0.1:{port}/v2/\": dial tcp 127.0.0.1:{port}: connect: connection refused", failure.Message);
    }

    [Fact]
    public async Task TlsWithTheRegistrysOwnRoot()
    {
        using var certificate = SelfSigned();
        await using var registry = await MemoryRegistry.StartAsync(certificate);
        registry.AddManifest("a/b", "1", MediaTypes.OciManifest, "{}"u8.ToArray());
        var folder = Directory.CreateTempSubdirectory("corten-certs-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, registry.Authority));
            await File.WriteAllTextAsync(Path.Combine(folder, registry.Authority, "ca.crt"), certificate.ExportCertificatePem());
            using var registries = new Registries(new RegistrySettings { CertificateDirectories = [folder] });

            Assert.NotNull(await (await OpenAsync(registries, registry.Authority)).HeadManifestAsync("1", default));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task AManifestThatIsTooLargeIsRefused()
    {
        await using var registry = await MemoryRegistry.StartAsync();
        registry.AddManifest("a/b", "1", MediaTypes.OciManifest, new byte[Corten.Distribution.Registry.Repository.MaxManifest + 1]);
        using var registries = new Registries(new RegistrySettings());
        var repository = await OpenAsync(registries, registry.Authority);

        Assert.Contains("larger than the limit", (await Assert.ThrowsAnyAsync<Oci.Errors.CortenException>(() => repository.GetManifestAsync("1", default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AManifestByDigestMustHaveThatDigest()
    {
        await using var registry = await MemoryRegistry.StartAsync();
        var digest = Digest.Of("other"u8);
        registry.Manifests[("a/b", digest.ToString())] = (MediaTypes.OciManifest, "{}"u8.ToArray());
        using var registries = new Registries(new RegistrySettings());
        var repository = await OpenAsync(registries, registry.Authority);

        var refused = await Assert.ThrowsAnyAsync<Oci.Errors.CortenException>(() => repository.GetManifestAsync(digest.ToString(), default));
        Assert.Equal($"manifest verification failed for digest {digest}", refused.Message);
    }

    [Fact]
    public async Task TagsComePageByPage()
    {
        await using var registry = await MemoryRegistry.StartAsync();
        foreach (var tag in (string[])["1", "2", "3", "4", "5"])
        {
            registry.AddManifest("a/b", tag, MediaTypes.OciManifest, "{}"u8.ToArray());
        }

        using var registries = new Registries(new RegistrySettings());
        Assert.Equal(["1", "2", "3", "4", "5"], await (await OpenAsync(registries, registry.Authority)).ListTagsAsync(default));
        Assert.Equal(3, registry.Count("GET", "/tags/list"));
    }

    private static Task<Corten.Distribution.Registry.Repository> OpenAsync(Registries registries, string authority) =>
        registries.OpenAsync(ImageReference.Parse($"{authority}/a/b"), RegistryCredentials.Anonymous, RepositoryAccess.Pull);

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
