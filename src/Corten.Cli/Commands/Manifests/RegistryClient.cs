using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Corten.Cli.Config;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using Corten.Oci.Image;

namespace Corten.Cli.Commands.Manifests;

/// <summary>
/// The registry of one image, asked by this client itself (distribution-spec): what the manifest commands work on is not the engine's. HTTPS; with
/// <c>--insecure</c> also with a certificate that nobody knows, and else by HTTP.
/// </summary>
internal sealed partial class RegistryClient : IDisposable
{
    private const string Hub = "registry-1.docker.io";
    private const int MaxRedirects = 5;
    private const string Accept = $"{MediaTypes.OciManifest}, {MediaTypes.DockerManifest}, {MediaTypes.OciIndex}, {MediaTypes.DockerManifestList}";

    private readonly Invocation call;
    private readonly ImageReference image;
    private readonly string userAgent = $"Corten-Client/{Product.Version} (linux)";
    private readonly string host;
    private readonly bool insecure;
    private HttpOrigin? origin;
    private string? authorization;

    public RegistryClient(Invocation call, ImageReference image, bool insecure)
    {
        (this.call, this.image, this.insecure) = (call, image, insecure);
        host = image.Domain == ImageReference.DefaultDomain ? Hub : image.Domain;
    }

    private Credential Credentials => new CredentialStore(call.Config).Find(image.Domain == ImageReference.DefaultDomain ? CredentialStore.OfficialRegistry : image.Domain);

    /// <summary>A manifest or a list by tag or digest; null if there is none, or nobody to ask.</summary>
    public (string MediaType, Digest Digest, byte[] Content)? Manifest(string tagOrDigest)
    {
        HttpAnswer answer;
        try
        {
            answer = Send(new EngineRequest("GET", At("manifests/" + tagOrDigest)) { Headers = [KeyValuePair.Create("Accept", Accept)] }, "pull");
        }
        catch (EngineUnreachableException)
        {
            return null;
        }
        if (answer.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
        var digest = Digest.Of(Successful(answer).Body);
        if (Digest.TryParse(tagOrDigest, out var asked) && asked != digest)
        {
            throw new CommandException($"manifest verification failed for digest {asked}");
        }
        return (answer.Header("Content-Type")?.Split(';')[0].Trim() ?? "", digest, answer.Body);
    }

    public byte[] Blob(Digest digest)
    {
        var body = Successful(Send(new EngineRequest("GET", At("blobs/" + digest)), "pull")).Body;
        return Digest.Of(body) == digest ? body : throw new CommandException($"blob verification failed for digest {digest}");
    }

    /// <summary>Makes a blob of another repository of this registry one of this repository, too.</summary>
    public void Mount(Digest digest, string from)
    {
        var answer = Successful(Send(new EngineRequest("POST", At($"blobs/uploads/?mount={Uri.EscapeDataString(digest.ToString())}&from={Uri.EscapeDataString(from)}")), "pull,push", from));
        if (answer.Status != HttpStatusCode.Created)
        {
            throw new CommandException($"blob {digest} of {from} can't be mounted into {image.Path}: push the image there first");
        }
    }

    public void Put(string tagOrDigest, string mediaType, byte[] content)
        => Successful(Send(new EngineRequest("PUT", At("manifests/" + tagOrDigest)) { Body = content, ContentType = mediaType }, "pull,push"));

    public void Dispose() => origin?.Dispose();

    private string At(string path) => $"/v2/{image.Path}/{path}";

    private HttpAnswer Send(EngineRequest request, string actions, string? from = null)
    {
        var answer = SendOnce(request);
        if (answer.Status == HttpStatusCode.Unauthorized && Challenge().Match(answer.Header("WWW-Authenticate") ?? "") is { Success: true } challenge)
        {
            string[] scopes = [$"repository:{image.Path}:{actions}", .. from is null ? [] : new[] { $"repository:{from}:pull" }];
            authorization = Authorize(challenge.Groups[1].Value, Parameters(challenge.Groups[2].Value), scopes);
            answer = SendOnce(request);
        }
        for (var left = MaxRedirects; request.Method == "GET" && (int)answer.Status is 301 or 302 or 303 or 307 or 308 && left > 0; left--)
        {
            answer = Elsewhere(answer.Header("Location") ?? "", []);
        }
        return answer;
    }

    private HttpAnswer SendOnce(EngineRequest request)
    {
        var asked = authorization is null ? request : request with { Headers = [.. request.Headers, KeyValuePair.Create("Authorization", authorization)] };
        if (origin is not null)
        {
            return origin.Send(asked);
        }
        foreach (var tls in insecure ? new[] { new TlsSettings(null, null, null, Verify: false), null } : [new TlsSettings(null, null, null, Verify: true)])
        {
            var tried = new HttpOrigin(host, tls, userAgent);
            try
            {
                var answer = tried.Send(asked);
                origin = tried;
                return answer;
            }
            catch (EngineUnreachableException) when (insecure && tls is not null)
            {
                tried.Dispose();
            }
        }
        throw new EngineUnreachableException($"{host} does not answer", nobodyListens: true);
    }

    private string Authorize(string scheme, Dictionary<string, string> challenge, string[] scopes)
    {
        var known = Credentials;
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{known.Username}:{known.Password}"));
        if (scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            return known.Username.Length > 0 ? basic : throw new CommandException("no basic auth credentials");
        }
        var realm = challenge.GetValueOrDefault("realm", "");
        var query = string.Join('&', scopes.Select(scope => "scope=" + Uri.EscapeDataString(scope)).Prepend("service=" + Uri.EscapeDataString(challenge.GetValueOrDefault("service", ""))));
        HttpAnswer answer;
        if (known.IdentityToken.Length > 0)
        {
            var form = $"grant_type=refresh_token&service={Uri.EscapeDataString(challenge.GetValueOrDefault("service", ""))}&client_id=corten"
                + $"&refresh_token={Uri.EscapeDataString(known.IdentityToken)}&scope={Uri.EscapeDataString(string.Join(' ', scopes))}";
            answer = Elsewhere(realm, [], Encoding.UTF8.GetBytes(form));
        }
        else
        {
            answer = Elsewhere(realm + (realm.Contains('?') ? "&" : "?") + query, known.Username.Length > 0 ? [KeyValuePair.Create("Authorization", basic)] : []);
        }
        using var json = JsonDocument.Parse(Successful(answer).Body);
        return "Bearer " + (json.RootElement.Text("token") is { Length: > 0 } token ? token : json.RootElement.Text("access_token"));
    }

    /// <summary>Another server that the registry names: that of tokens, or of content.</summary>
    private HttpAnswer Elsewhere(string address, KeyValuePair<string, string>[] headers, byte[]? form = null)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new CommandException($"{host} sends us to \"{address}\"");
        }
        using var other = new HttpOrigin(uri.Authority, uri.Scheme == "https" ? new TlsSettings(null, null, null, Verify: !insecure) : null, userAgent);
        return other.Send(new EngineRequest(form is null ? "GET" : "POST", uri.PathAndQuery) { Headers = headers, Body = form, ContentType = "application/x-www-form-urlencoded" });
    }

    private static HttpAnswer Successful(HttpAnswer answer)
    {
        if (answer.IsSuccess)
        {
            return answer;
        }
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            if (json.RootElement.Items("errors").FirstOrDefault() is { ValueKind: JsonValueKind.Object } error)
            {
                throw new CommandException($"{error.Text("code").ToLowerInvariant().Replace('_', ' ')}: {error.Text("message")}");
            }
        }
        catch (JsonException)
        {
            // No registry's words.
        }
        throw new CommandException($"received unexpected HTTP status: {(int)answer.Status}");
    }

    private static Dictionary<string, string> Parameters(string text)
        => Parameter().Matches(text).ToDictionary(static match => match.Groups[1].Value.ToLowerInvariant(), static match => match.Groups[2].Value);

    [GeneratedRegex("^\\s*(Basic|Bearer)\\s*(.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Challenge();

    [GeneratedRegex("([a-zA-Z_]+)=\"([^\"]*)\"")]
    private static partial Regex Parameter();
}
