using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Corten.EndToEnd.Registries;

/// <summary>A request for a token: how it was made, who asked, and for what.</summary>
public sealed record TokenRequest(string Method, string Who, string Scope);

/// <summary>
/// A token server by distribution's specifications ("Token Authentication", "Oauth2 Token Authentication"). User <c>u</c> with password <c>secret</c>, or the
/// refresh token that a login gets, may do everything; nobody in particular may pull what is under <c>public/</c>.
/// </summary>
public sealed class TokenIssuer
{
    public const string Service = "corten-test-registry";
    public const string Name = "corten-test-issuer";

    /// <summary>What a login is given to keep in the password's place.</summary>
    public const string RefreshToken = "refresh-me";

    private readonly RSA _key = RSA.Create(2048);
    private readonly string _certificate;

    /// <param name="bundle">Where the registry finds the certificate that tokens are signed by.</param>
    public TokenIssuer(string bundle)
    {
        using var certificate = new CertificateRequest("CN=" + Name, _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        _certificate = Convert.ToBase64String(certificate.RawData);
        File.WriteAllText(bundle, certificate.ExportCertificatePem() + "\n");
    }

    public ConcurrentQueue<TokenRequest> Requests { get; } = [];

    internal async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var form = request.Method == "POST" ? await request.ReadFormAsync() : null;
        var asked = (form is null ? request.Query["scope"] : form["scope"]).SelectMany(s => s!.Split(' ')).Where(s => s.Length > 0).ToList();
        var who = form is not null
            ? form["grant_type"] == "refresh_token" && form["refresh_token"] == RefreshToken || form["password"] == "secret" ? "u" : "stranger"
            : request.Headers.Authorization.ToString() switch
            {
                "" => "",
                var basic when basic == "Basic " + Convert.ToBase64String("u:secret"u8) => "u",
                _ => "stranger",
            };
        Requests.Enqueue(new TokenRequest(request.Method, who, string.Join(' ', asked)));
        if (who == "stranger")
        {
            context.Response.StatusCode = 401;
            await context.Response.WriteAsync("""{"errors":[{"code":"UNAUTHORIZED","message":"incorrect username or password"}]}""");
            return;
        }

        var token = Sign(who, asked.Select(scope => scope.Split(':')).Where(parts => parts.Length == 3)
            .Select(parts => (Type: parts[0], Name: parts[1], Actions: parts[2].Split(',').Where(action => who == "u" || (action == "pull" && parts[1].StartsWith("public/", StringComparison.Ordinal))))));
        var wantsRefresh = form is null ? request.Query["offline_token"] == "true" : form["access_type"] == "offline";
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync($$"""{"token":"{{token}}","access_token":"{{token}}","expires_in":300{{(who == "u" && wantsRefresh ? $",\"refresh_token\":\"{RefreshToken}\"" : "")}}}""");
    }

    private string Sign(string who, IEnumerable<(string Type, string Name, IEnumerable<string> Actions)> access)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var granted = string.Join(',', access.Select(a => $$"""{"type":"{{a.Type}}","name":"{{a.Name}}","actions":[{{string.Join(',', a.Actions.Select(action => $"\"{action}\""))}}]}"""));
        var head = Encode(Encoding.UTF8.GetBytes($$"""{"typ":"JWT","alg":"RS256","x5c":["{{_certificate}}"]}"""));
        var claims = Encode(Encoding.UTF8.GetBytes($$"""
            {"iss":"{{Name}}","sub":"{{who}}","aud":"{{Service}}","iat":{{now - 10}},"nbf":{{now - 10}},"exp":{{now + 300}},"jti":"{{JsonEncodedText.Encode(Guid.NewGuid().ToString())}}","access":[{{granted}}]}
            """));
        return $"{head}.{claims}.{Encode(_key.SignData(Encoding.ASCII.GetBytes($"{head}.{claims}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
