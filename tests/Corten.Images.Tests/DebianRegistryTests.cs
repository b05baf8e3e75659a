using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Corten.Distribution;
using Corten.Distribution.Authentication;
using Corten.Distribution.Tests.Registry;
using Corten.Images.Pull;
using Corten.Images.Push;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Microsoft.AspNetCore.Http;

namespace Corten.Images.Tests;

/// <summary>Against the reference registry, by each of its ways to authenticate.</summary>
public sealed class DebianRegistryTests
{
    /// <summary>user:pass, by htpasswd's bcrypt.</summary>
    private const string HtPasswd = "user:$2y$05$abcdefghijklmnopqrstuuZFBUbfXoM8LFiPx8LYlO/sXZB/Cwk3K\n";

    private static readonly RegistryCredentials _user = new() { Username = "user", Password = "pass" };

    [Fact]
    public async Task Anonymous()
    {
        await using var registry = await DebianRegistry.StartAsync();

        await PushAndPullAsync(registry.Authority, RegistryCredentials.Anonymous);
    }

    [Fact]
    public async Task Basic()
    {
        await using var registry = await DebianRegistry.StartAsync("auth: { htpasswd: { realm: test, path: FOLDER/htpasswd } }", ("htpasswd", HtPasswd));

        await PushAndPullAsync(registry.Authority, _user);
        await using var engine = new ImageFixture();
        Assert.Equal("", await Login.CheckAsync(engine.Registries, registry.Authority, _user, default));
        var refused = await Assert.ThrowsAnyAsync<CortenException>(() => PullAsync(engine, registry.Authority, _user with { Password = "no" }));
        Assert.Equal((ErrorKind.Unauthorized, "unauthorized: authentication required"), (refused.Kind, refused.Message));
        var anonymous = await Assert.ThrowsAnyAsync<CortenException>(() => PullAsync(engine, registry.Authority, RegistryCredentials.Anonymous));
        Assert.Equal($"Head \"http://{registry.Authority}/v2/a/b/manifests/1\": no basic auth credentials", anonymous.Message);
    }

    [Fact]
    public async Task Tokens()
    {
        using var signer = new TokenSigner();
        await using var server = await MemoryRegistry.StartAsync();
        server.Before = signer.ServeAsync;
        await using var registry = await DebianRegistry.StartAsync(
            $"auth: {{ token: {{ realm: \"http://{server.Authority}/token\", service: test, issuer: tests, rootcertbundle: FOLDER/root.crt }} }}", ("root.crt", signer.CertificatePem));

        await PushAndPullAsync(registry.Authority, _user);
        await using var engine = new ImageFixture();
        var refused = await Assert.ThrowsAnyAsync<CortenException>(() => PullAsync(engine, registry.Authority, RegistryCredentials.Anonymous));
        Assert.Equal(ErrorKind.Unauthorized, refused.Kind);
    }

    private static async Task PushAndPullAsync(string authority, RegistryCredentials credentials)
    {
        await using var engine = new ImageFixture();
        await engine.LoadAsync(Archives.DockerArchive([$"{authority}/a/b:1", $"{authority}/c/d:1"], Archives.Layer("f", new string('x', 300_000)), Archives.Layer("g", "y")));
        await using (var report = ImageFixture.Silence())
        {
            foreach (var name in (string[])[$"{authority}/a/b:1", $"{authority}/c/d:1", $"{authority}/a/b:1"])
            {
                await engine.Images.Push.PushAsync(new PushRequest { Name = ImageReference.Parse(name), Credentials = credentials }, report, default);
            }
        }

        await using var other = new ImageFixture();
        await PullAsync(other, authority, credentials);
        Assert.Equal(
            (await engine.Images.ResolveAsync($"{authority}/a/b:1", null, default)).Id, (await other.Images.ResolveAsync($"{authority}/a/b:1", null, default)).Id);
    }

    private static async Task PullAsync(ImageFixture engine, string authority, RegistryCredentials credentials)
    {
        await using var report = ImageFixture.Silence();
        await engine.Images.Pull.PullAsync(PullRequest.For($"{authority}/a/b", "1", null, credentials), report, default);
    }

    /// <summary>Gives out JSON web tokens that the reference registry trusts: signed by ES256, the certificate in the header.</summary>
    private sealed class TokenSigner : IDisposable
    {
        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly X509Certificate2 _certificate;

        public TokenSigner()
        {
            var request = new CertificateRequest("CN=tests", _key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        }

        public string CertificatePem => _certificate.ExportCertificatePem();

        public async Task<bool> ServeAsync(HttpContext http)
        {
            if (http.Request.Headers.Authorization != "Basic " + _user.BasicValue)
            {
                return await MemoryRegistry.FailAsync(http, 401, "UNAUTHORIZED", "authentication required");
            }

            var access = http.Request.Query["scope"].Select(scope => scope!.Split(':')).Select(p => $$"""{"type":"{{p[0]}}","name":"{{p[1]}}","actions":[{{string.Join(',', p[2].Split(',').Select(a => $"\"{a}\""))}}]}""");
            await http.Response.WriteAsync($$"""{"token":"{{Sign(string.Join(',', access))}}","expires_in":300}""");
            return true;
        }

        public void Dispose()
        {
            _key.Dispose();
            _certificate.Dispose();
        }

        private string Sign(string access)
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            var header = Encode($$"""{"typ":"JWT","alg":"ES256","x5c":["{{Convert.ToBase64String(_certificate.RawData)}}"]}""");
            var claims = Encode($$"""{"iss":"tests","sub":"user","aud":"test","exp":{{now + 300}},"nbf":{{now - 60}},"iat":{{now}},"jti":"{{Guid.NewGuid()}}","access":[{{access}}]}""");
            var signature = _key.SignData(Encoding.ASCII.GetBytes($"{header}.{claims}"), HashAlgorithmName.SHA256);
            return $"{header}.{claims}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}";
        }

        private static string Encode(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
    }
}
