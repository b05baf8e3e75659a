using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Corten.Distribution.Registry;
using Corten.Distribution.Transport;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Distribution.Authentication;

/// <summary>
/// Gets access tokens from a registry's token server: by GET with Basic or no credentials, or by POST (OAuth2) for a refresh token
/// (distribution's docs, "Token Authentication Specification" and "Oauth2 Token Authentication").
/// </summary>
internal sealed class TokenClient(TransportPool transports, TimeProvider time)
{
    public const string ClientId = "docker";

    /// <summary>Tokens are some KiB; a larger body is no token.</summary>
    public const int MaxBody = 1024 * 1024;

    /// <summary>Servers that name no life, or a shorter one, are taken to mean this (the specification's floor).</summary>
    private static readonly TimeSpan MinLife = TimeSpan.FromSeconds(60);

    /// <param name="challenge">Where to go.</param>
    /// <param name="scopes">What for, such as <c>repository:library/busybox:pull</c>.</param>
    /// <param name="credentials">Who asks.</param>
    /// <param name="allowPlain">The registry itself is spoken to in clear, so its token server may be too.</param>
    /// <param name="offline">Also ask for a refresh token, for a login.</param>
    /// <param name="cancellationToken"></param>
    public async Task<TokenGrant> FetchAsync(
        TokenChallenge challenge, IReadOnlyList<string> scopes, RegistryCredentials credentials, bool allowPlain, bool offline, CancellationToken cancellationToken)
    {
        if (challenge.Realm.Scheme == "http" && !allowPlain && (credentials.HasPassword || credentials.IdentityToken.Length > 0))
        {
            throw CortenException.Forbidden($"refusing to send credentials in clear to the token server {challenge.Realm.GetLeftPart(UriPartial.Path)} of a registry that uses TLS");
        }

        if (credentials.IdentityToken.Length > 0)
        {
            var grant = await PostAsync(challenge, scopes, credentials, cancellationToken);
            if (grant is not null)
            {
                return grant;
            }
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, QueryOf(challenge, scopes, credentials, offline));
        if (credentials.HasPassword)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials.BasicValue);
        }

        using var response = await transports.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    /// <summary>The OAuth2 variant; null if the server has none.</summary>
    private async Task<TokenGrant?> PostAsync(TokenChallenge challenge, IReadOnlyList<string> scopes, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, challenge.Realm)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "refresh_token",
                ["refresh_token"] = credentials.IdentityToken,
                ["service"] = challenge.Service,
                ["client_id"] = ClientId,
                ["scope"] = string.Join(' ', scopes),
            }),
        };
        using var response = await transports.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed ? null : await ReadAsync(response, cancellationToken);
    }

    private async Task<TokenGrant> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw await RegistryErrors.ReadAsync(response, cancellationToken);
        }

        var bytes = await BoundedBody.ReadAsync(response, MaxBody, cancellationToken);
        TokenBody? body;
        try
        {
            body = JsonSerializer.Deserialize(bytes, TokenJson.Default.TokenBody);
        }
        catch (JsonException problem)
        {
            throw CortenException.Internal($"unable to decode token response: {JsonProblem.Describe(problem)}", problem);
        }

        var value = body?.AccessToken is { Length: > 0 } access ? access : body?.Token;
        if (string.IsNullOrEmpty(value))
        {
            throw CortenException.Internal("authorization server did not include a token in the response");
        }

        // Half a minute of slack below the stated life, but never below half of it: clocks differ.
        var life = TimeSpan.FromSeconds(Math.Clamp(body!.ExpiresIn ?? 0, MinLife.TotalSeconds, TimeSpan.FromDays(1).TotalSeconds));
        var slack = TimeSpan.FromSeconds(Math.Min(30, life.TotalSeconds / 2));
        return new TokenGrant(new Token(value, time.GetUtcNow() + life - slack), body.RefreshToken ?? "");
    }

    private static Uri QueryOf(TokenChallenge challenge, IReadOnlyList<string> scopes, RegistryCredentials credentials, bool offline)
    {
        var query = new List<string>();
        var given = challenge.Realm.Query.TrimStart('?');
        if (given.Length > 0)
        {
            query.Add(given);
        }

        if (credentials.Username.Length > 0)
        {
            query.Add("account=" + Uri.EscapeDataString(credentials.Username));
        }

        if (offline)
        {
            query.Add("client_id=" + ClientId);
            query.Add("offline_token=true");
        }

        query.AddRange(scopes.Select(scope => "scope=" + Uri.EscapeDataString(scope)));
        if (challenge.Service.Length > 0)
        {
            query.Add("service=" + Uri.EscapeDataString(challenge.Service));
        }

        return new UriBuilder(challenge.Realm) { Query = string.Join('&', query) }.Uri;
    }
}

/// <summary>What a token server gave: an access token, and a refresh token (or nothing) where one was asked for.</summary>
internal sealed record TokenGrant(Token Access, string RefreshToken);

internal sealed record TokenBody
{
    [JsonPropertyName("token")] public string? Token { get; set; }
    [JsonPropertyName("access_token")] public string? AccessToken { get; set; }
    [JsonPropertyName("refresh_token")] public string? RefreshToken { get; set; }
    [JsonPropertyName("expires_in")] public double? ExpiresIn { get; set; }
}

[JsonSerializable(typeof(TokenBody))]
internal sealed partial class TokenJson : JsonSerializerContext;
