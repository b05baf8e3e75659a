using System.Net;
using System.Net.Http.Headers;
using Corten.Distribution.Authentication;
using Corten.Distribution.Registry;
using Corten.Oci.Errors;

namespace Corten.Distribution.Transport;

/// <summary>
/// Requests to one registry on behalf of one user: finds out how the registry authenticates, attaches what it wants, answers a fresh
/// challenge once, and follows redirects without carrying the Authorization header to another host.
/// </summary>
internal sealed class RegistryChannel(
    RegistryEndpoint endpoint, RegistryCredentials credentials, TransportPool transports, TokenClient tokens, TokenCache cache, ChallengeMemory memory)
{
    private const int MaxRedirects = 10;

    public RegistryEndpoint Endpoint => endpoint;

    public RegistryCredentials Credentials => credentials;

    /// <summary>Asks <c>/v2/</c> what the registry wants from callers, unless that is known from lately.</summary>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        if (memory.TryGet(endpoint, out _))
        {
            return;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, endpoint.At("/v2/"));
        using var response = await transports.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        memory.Set(endpoint, ChallengesOf(response));
    }

    /// <summary>
    /// Sends what <paramref name="make"/> builds; it is called again for a second try, so it must make a fresh request with a body from the
    /// start. The answer may be any status. <paramref name="scopes"/> is what the request needs of a token.
    /// </summary>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        var (response, used) = await SendOnceAsync(make, scopes, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || credentials.RegistryToken.Length > 0 || response.RequestMessage?.RequestUri?.Authority != endpoint.Base.Authority)
        {
            return response;
        }

        var challenges = ChallengesOf(response);
        if (challenges.Count == 0)
        {
            return response;
        }

        memory.Set(endpoint, challenges);
        if (used is { } refused)
        {
            cache.Forget(refused.Key, refused.Token);
        }

        var bearer = challenges.FirstOrDefault(c => c.Scheme == "bearer");
        if (bearer is null && used is null && credentials.HasPassword && response.RequestMessage.Headers.Authorization is not null)
        {
            // Basic credentials were sent and refused: asking again changes nothing.
            return response;
        }

        response.Dispose();
        var widened = bearer?["scope"] is { Length: > 0 } wanted && !scopes.Contains(wanted) ? [.. scopes, wanted] : scopes;
        return (await SendOnceAsync(make, widened, cancellationToken)).Response;
    }

    private async Task<(HttpResponseMessage Response, (TokenKey Key, Token Token)? Used)> SendOnceAsync(
        Func<HttpRequestMessage> make, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        using var request = make();
        (TokenKey, Token)? used = null;
        if (request.RequestUri!.Authority == endpoint.Base.Authority)
        {
            used = await AuthorizeAsync(request, scopes, cancellationToken);
        }

        var response = await transports.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        for (var hops = 0; IsRedirect(response) && (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head); hops++)
        {
            response = await FollowAsync(request, response, hops, cancellationToken);
        }

        return (response, used);
    }

    private async Task<HttpResponseMessage> FollowAsync(HttpRequestMessage first, HttpResponseMessage response, int hops, CancellationToken cancellationToken)
    {
        using (response)
        {
            var from = response.RequestMessage!.RequestUri!;
            var to = new Uri(from, response.Headers.Location!);
            if (hops >= MaxRedirects)
            {
                throw CortenException.Internal($"{TransportPool.Verb(first.Method)} \"{to}\": stopped after {MaxRedirects} redirects");
            }

            if (to.Scheme is not ("http" or "https") || (from.Scheme == "https" && to.Scheme == "http" && !endpoint.SkipVerify))
            {
                throw CortenException.Internal($"{TransportPool.Verb(first.Method)} \"{from}\": refusing a redirect from TLS to {to.Scheme}");
            }

            var request = new HttpRequestMessage(first.Method, to);
            foreach (var (name, values) in first.Headers.NonValidated)
            {
                if (!name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || to.Authority == endpoint.Base.Authority)
                {
                    request.Headers.TryAddWithoutValidation(name, values);
                }
            }

            return await transports.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
    }

    private async Task<(TokenKey, Token)?> AuthorizeAsync(HttpRequestMessage request, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        if (credentials.RegistryToken.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credentials.RegistryToken);
            return null;
        }

        if (!memory.TryGet(endpoint, out var challenges))
        {
            return null;
        }

        if (challenges.FirstOrDefault(c => c.Scheme == "bearer") is { } bearer)
        {
            var challenge = TokenChallenge.From(bearer);
            var key = new TokenKey(challenge.Realm.AbsoluteUri, challenge.Service, string.Join(' ', scopes.Order(StringComparer.Ordinal)), credentials);
            var token = await TokenAsync(request, challenge, key, scopes, cancellationToken);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
            return (key, token);
        }

        if (challenges.Any(c => c.Scheme == "basic"))
        {
            request.Headers.Authorization = credentials.HasPassword
                ? new AuthenticationHeaderValue("Basic", credentials.BasicValue)
                : throw new CortenException(ErrorKind.Internal, $"{TransportPool.Verb(request.Method)} \"{request.RequestUri}\": no basic auth credentials");
        }

        return null;
    }

    private async Task<Token> TokenAsync(HttpRequestMessage request, TokenChallenge challenge, TokenKey key, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        try
        {
            return await cache.GetAsync(
                key, async stop => (await tokens.FetchAsync(challenge, scopes, credentials, endpoint.SkipVerify, offline: false, stop)).Access, cancellationToken);
        }
        catch (RegistryException problem)
        {
            throw new RegistryException(problem.Kind, $"{TransportPool.Verb(request.Method)} \"{request.RequestUri}\": {problem.Message}", problem.Status, problem.Code);
        }
    }

    private static List<Challenge> ChallengesOf(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.Unauthorized ? [.. Challenge.Parse(RegistryErrors.ChallengesOf(response))] : [];

    private static bool IsRedirect(HttpResponseMessage response) =>
        (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is not null;
}

/// <summary>What each registry answered to a ping, remembered for a while. A later challenge replaces it.</summary>
internal sealed class ChallengeMemory(TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly System.Collections.Concurrent.ConcurrentDictionary<Uri, (DateTimeOffset Until, IReadOnlyList<Challenge> Challenges)> _answers = new();

    public bool TryGet(RegistryEndpoint endpoint, out IReadOnlyList<Challenge> challenges)
    {
        var known = _answers.TryGetValue(endpoint.Base, out var answer) && answer.Until > time.GetUtcNow();
        challenges = known ? answer.Challenges : [];
        return known;
    }

    public void Set(RegistryEndpoint endpoint, IReadOnlyList<Challenge> challenges) => _answers[endpoint.Base] = (time.GetUtcNow() + Life, challenges);

    public void Forget(RegistryEndpoint endpoint) => _answers.TryRemove(endpoint.Base, out _);
}
