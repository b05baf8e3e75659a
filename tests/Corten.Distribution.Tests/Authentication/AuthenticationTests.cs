using System.Text;
using Corten.Distribution.Authentication;
using Corten.Distribution.Registry;
using Corten.Distribution.Tests.Registry;
using Corten.Distribution.Transport;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Microsoft.AspNetCore.Http;

namespace Corten.Distribution.Tests.Authentication;

public sealed class AuthenticationTests
{
    private static readonly RegistryCredentials _user = new() { Username = "user", Password = "pass" };
    private static readonly string _basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("user:pass"));

    [Fact]
    public async Task BasicIsAnsweredWithTheCredentials()
    {
        await using var registry = await StartAsync(BasicAsync);
        using var registries = new Registries(new RegistrySettings());

        Assert.NotNull(await HeadAsync(registries, registry, _user));
        var refused = await Assert.ThrowsAsync<RegistryException>(() => HeadAsync(registries, registry, _user with { Password = "no" }));
        Assert.Equal("unauthorized: authentication required", refused.Message);
        Assert.Equal(ErrorKind.Unauthorized, refused.Kind);
        var missing = await Assert.ThrowsAsync<CortenException>(() => HeadAsync(registries, registry, RegistryCredentials.Anonymous));
        Assert.Equal($"Head \"http://{registry.Authority}/v2/a/b/manifests/1\": no basic auth credentials", missing.Message);
    }

    [Fact]
    public async Task ATokenIsFetchedOnceAndUsed()
    {
        await using var registry = await StartAsync(null);
        var server = new TokenServer(registry);
        using var registries = new Registries(new RegistrySettings());

        var repository = await OpenAsync(registries, registry, _user);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => repository.HeadManifestAsync("1", default)));
        await (await OpenAsync(registries, registry, _user)).HeadManifestAsync("1", default);

        var asked = Assert.Single(server.Queries);
        Assert.Contains("scope=repository%3Aa%2Fb%3Apull", asked, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("service=test", asked, StringComparison.Ordinal);
        Assert.Contains("account=user", asked, StringComparison.Ordinal);
        Assert.Contains("keep=1", asked, StringComparison.Ordinal);
        Assert.Equal(_basic, server.Authorization);
    }

    [Fact]
    public async Task AnExpiredTokenIsFetchedAgain()
    {
        await using var registry = await StartAsync(null);
        var server = new TokenServer(registry);
        using var registries = new Registries(new RegistrySettings());
        var repository = await OpenAsync(registries, registry, RegistryCredentials.Anonymous);
        await repository.HeadManifestAsync("1", default);

        server.Valid = "second";
        Assert.NotNull(await repository.HeadManifestAsync("1", default));

        Assert.Equal(2, server.Queries.Count);
    }

    [Fact]
    public async Task AnIdentityTokenIsExchanged()
    {
        await using var registry = await StartAsync(null);
        var server = new TokenServer(registry);
        using var registries = new Registries(new RegistrySettings());

        Assert.NotNull(await HeadAsync(registries, registry, new RegistryCredentials { IdentityToken = "refresh me" }));

        Assert.Contains("grant_type=refresh_token", server.Form, StringComparison.Ordinal);
        Assert.Contains("refresh_token=refresh+me", server.Form, StringComparison.Ordinal);
        Assert.Empty(server.Queries);
    }

    [Fact]
    public async Task ARegistryTokenIsSentAsItIs()
    {
        await using var registry = await StartAsync(null);
        _ = new TokenServer(registry);
        using var registries = new Registries(new RegistrySettings());

        Assert.NotNull(await HeadAsync(registries, registry, new RegistryCredentials { RegistryToken = "first" }));
    }

    [Fact]
    public async Task ARefusalKeepsTheRegistrysWords()
    {
        await using var registry = await StartAsync(http => http.Request.Path == "/v2/" ? Task.FromResult(false) : MemoryRegistry.FailAsync(http, 403, "DENIED", "requested access to the resource is denied"));
        using var registries = new Registries(new RegistrySettings());
        var repository = await OpenAsync(registries, registry, RegistryCredentials.Anonymous);

        var refused = await Assert.ThrowsAsync<RegistryException>(() => repository.GetManifestAsync("1", default));

        Assert.Equal("denied: requested access to the resource is denied", refused.Message);
        Assert.Equal(RegistryErrors.Denied, refused.Code);
    }

    [Theory]
    [InlineData("<html>down</html>", "error parsing HTTP 404 response body: no error details found in HTTP response body: \"<html>down</html>\"")]
    [InlineData("""{"errors":[{"code":"A","message":"b"},{"code":"C_D"}]}""", "errors:\na: b\nc d: unknown error\n")]
    [InlineData("""{"errors":{}}""", "error parsing HTTP 404 response body: no error details found in HTTP response body: \"{\\\"errors\\\":{}}\"")]
    public async Task OddErrorBodiesAreReported(string body, string message)
    {
        await using var registry = await StartAsync(async http =>
        {
            http.Response.StatusCode = http.Request.Path == "/v2/" ? 200 : 404;
            await http.Response.WriteAsync(body);
            return true;
        });
        using var registries = new Registries(new RegistrySettings());
        var repository = await OpenAsync(registries, registry, RegistryCredentials.Anonymous);

        Assert.Equal(message, (await Assert.ThrowsAsync<RegistryException>(() => repository.GetManifestAsync("1", default))).Message);
    }

    [Fact]
    public async Task CredentialsStayWithTheirHostOnARedirect()
    {
        await using var elsewhere = await MemoryRegistry.StartAsync();
        var blob = elsewhere.AddBlob("cdn", "content"u8.ToArray(), "x");
        await using var registry = await StartAsync(async http =>
        {
            if (http.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
            {
                http.Response.StatusCode = 307;
                http.Response.Headers.Location = $"http://{elsewhere.Authority}/v2/cdn/blobs/{blob.Digest}";
                return true;
            }

            return await BasicAsync(http);
        });
        using var registries = new Registries(new RegistrySettings());
        var repository = await OpenAsync(registries, registry, _user);

        Assert.Equal("content"u8.ToArray(), await repository.GetBlobAsync(blob.Digest, blob.Size, 100, default));

        Assert.Contains(registry.Authorizations, a => a.EndsWith(_basic, StringComparison.Ordinal));
        Assert.All(elsewhere.Authorizations, a => Assert.EndsWith(": ", a, StringComparison.Ordinal));
    }

    [Fact]
    public async Task EndlessRedirectsAreStopped()
    {
        await using var registry = await StartAsync(http =>
        {
            http.Response.StatusCode = http.Request.Path == "/v2/" ? 200 : 302;
            http.Response.Headers.Location = http.Request.Path.Value;
            return Task.FromResult(true);
        });
        using var registries = new Registries(new RegistrySettings());
        var repository = await OpenAsync(registries, registry, RegistryCredentials.Anonymous);

        Assert.Contains("stopped after 10 redirects", (await Assert.ThrowsAsync<CortenException>(() => repository.GetManifestAsync("1", default))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"token":5}""")]
    public async Task ATokenServerThatAnswersNonsenseIsRefused(string body)
    {
        await using var registry = await StartAsync(null);
        _ = new TokenServer(registry) { Body = body };
        using var registries = new Registries(new RegistrySettings());

        await Assert.ThrowsAsync<CortenException>(() => HeadAsync(registries, registry, RegistryCredentials.Anonymous));
    }

    [Fact]
    public async Task LoginChecksAndKeepsARefreshToken()
    {
        await using var registry = await StartAsync(null);
        var server = new TokenServer(registry) { Body = """{"token":"first","refresh_token":"keep"}""" };
        using var registries = new Registries(new RegistrySettings());

        Assert.Equal("keep", await Login.CheckAsync(registries, registry.Authority, _user, default));
        Assert.Contains("offline_token=true", Assert.Single(server.Queries), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoginWithWrongBasicCredentialsFailsInDockersWords()
    {
        await using var registry = await StartAsync(BasicAsync);
        using var registries = new Registries(new RegistrySettings());

        Assert.Equal("", await Login.CheckAsync(registries, registry.Authority, _user, default));
        var refused = await Assert.ThrowsAsync<CortenException>(() => Login.CheckAsync(registries, registry.Authority, _user with { Password = "no" }, default));
        Assert.Equal($"login attempt to http://{registry.Authority}/v2/ failed with status: 401 Unauthorized", refused.Message);
        Assert.Equal(ErrorKind.Unauthorized, refused.Kind);
    }

    private static async Task<MemoryRegistry> StartAsync(Func<HttpContext, Task<bool>>? before)
    {
        var registry = await MemoryRegistry.StartAsync();
        registry.AddManifest("a/b", "1", MediaTypes.OciManifest, "{}"u8.ToArray());
        registry.Before = before;
        return registry;
    }

    private static Task<Corten.Distribution.Registry.Repository> OpenAsync(Registries registries, MemoryRegistry registry, RegistryCredentials credentials) =>
        registries.OpenAsync(ImageReference.Parse($"{registry.Authority}/a/b"), credentials, RepositoryAccess.Pull);

    private static async Task<Descriptor?> HeadAsync(Registries registries, MemoryRegistry registry, RegistryCredentials credentials) =>
        await (await OpenAsync(registries, registry, credentials)).HeadManifestAsync("1", default);

    private static Task<bool> BasicAsync(HttpContext http)
    {
        if (http.Request.Headers.Authorization == _basic)
        {
            return Task.FromResult(false);
        }

        http.Response.StatusCode = 401;
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"r\"";
        return Task.FromResult(true);
    }

    /// <summary>A token server at <c>/token</c> of the registry's own port; the registry takes the token that is valid now.</summary>
    private sealed class TokenServer
    {
        public TokenServer(MemoryRegistry registry)
        {
            registry.Before = async http =>
            {
                if (http.Request.Path == "/token")
                {
                    await AnswerAsync(http);
                    return true;
                }

                if (http.Request.Headers.Authorization == "Bearer " + Valid)
                {
                    return false;
                }

                http.Response.StatusCode = 401;
                http.Response.Headers.WWWAuthenticate = $"Bearer realm=\"http://{registry.Authority}/token?keep=1\",service=\"test\"";
                return true;
            };
        }

        public string Valid { get; set; } = "first";

        public string? Body { get; init; }

        public List<string> Queries { get; } = [];

        public string Authorization { get; private set; } = "";

        public string Form { get; private set; } = "";

        private async Task AnswerAsync(HttpContext http)
        {
            Authorization = http.Request.Headers.Authorization.ToString();
            if (http.Request.Method == "POST")
            {
                using var reader = new StreamReader(http.Request.Body);
                Form = await reader.ReadToEndAsync();
            }
            else
            {
                lock (Queries)
                {
                    Queries.Add(http.Request.QueryString.Value!);
                }
            }

            await http.Response.WriteAsync(Body ?? $$"""{"token":"{{Valid}}","expires_in":300}""");
        }
    }
}
