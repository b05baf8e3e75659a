using System.Net;
using System.Net.Http.Headers;
using Corten.Distribution.Authentication;
using Corten.Distribution.Registry;
using Corten.Distribution.Transport;
using Corten.Oci.Errors;

namespace Corten.Distribution;

/// <summary>Checks credentials against a registry, for <c>POST /auth</c>.</summary>
public static class Login
{
    /// <summary>A refresh token to keep instead of the password, or empty.</summary>
    /// <exception cref="CortenException">Unauthorized when the registry refuses the credentials; otherwise it could not be asked.</exception>
    public static async Task<string> CheckAsync(Registries registries, string domain, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        var endpoints = registries.EndpointsOf(domain, RepositoryAccess.Push);
        for (var i = 0; ; i++)
        {
            try
            {
                return await CheckAsync(registries, endpoints[i], credentials, cancellationToken);
            }
            catch (RegistryUnreachableException) when (i < endpoints.Count - 1)
            {
                // The next endpoint is another way to the same registry.
            }
        }
    }

    private static async Task<string> CheckAsync(Registries registries, RegistryEndpoint endpoint, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        registries.Memory.Forget(endpoint);
        await registries.ConnectAsync(endpoint, credentials, cancellationToken);
        registries.Memory.TryGet(endpoint, out var challenges);
        using var request = new HttpRequestMessage(HttpMethod.Get, endpoint.At("/v2/"));
        var refresh = "";
        if (challenges.FirstOrDefault(c => c.Scheme == "bearer") is { } bearer)
        {
            var challenge = TokenChallenge.From(bearer);
            var scopes = challenge.Scope is { Length: > 0 } scope ? new[] { scope } : [];
            try
            {
                var grant = await registries.Tokens.FetchAsync(challenge, scopes, credentials, endpoint.SkipVerify, offline: true, cancellationToken);
                (refresh, request.Headers.Authorization) = (grant.RefreshToken, new AuthenticationHeaderValue("Bearer", grant.Access.Value));
            }
            catch (RegistryException refused)
            {
                throw new RegistryException(ErrorKind.Unauthorized, $"Get \"{request.RequestUri}\": {refused.Message}", refused.Status, refused.Code);
            }
        }
        else if (challenges.Any(c => c.Scheme == "basic") && credentials.HasPassword)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials.BasicValue);
        }

        using var response = await registries.Transports.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK ? refresh
            : throw new CortenException(
                response.StatusCode == HttpStatusCode.Unauthorized ? ErrorKind.Unauthorized : ErrorKind.Internal,
                $"login attempt to {request.RequestUri} failed with status: {(int)response.StatusCode} {response.ReasonPhrase}");
    }
}
