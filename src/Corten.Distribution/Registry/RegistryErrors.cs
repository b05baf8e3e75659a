using System.Net;
using System.Text;
using System.Text.Json;
using Corten.Distribution.Authentication;
using Corten.Distribution.Transport;
using Corten.Oci.Errors;

namespace Corten.Distribution.Registry;

/// <summary>A registry refused a request. The message is the registry's own, in Docker's form: <c>manifest unknown: manifest unknown</c>.</summary>
public sealed class RegistryException(ErrorKind kind, string message, HttpStatusCode status, string code) : CortenException(kind, message)
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>A code of the distribution-spec, such as <c>MANIFEST_UNKNOWN</c>; empty where the answer had none.</summary>
    public string Code { get; } = code;

    /// <summary>How long it asks to be left alone (RFC 9110, Retry-After); null if it does not.</summary>
    public TimeSpan? RetryAfter { get; internal init; }
}

/// <summary>Reads error answers (distribution-spec, "Error Codes"), whatever shape they come in.</summary>
public static class RegistryErrors
{
    public const string Unauthorized = "UNAUTHORIZED";
    public const string Denied = "DENIED";
    public const string ManifestUnknown = "MANIFEST_UNKNOWN";
    public const string NameUnknown = "NAME_UNKNOWN";
    public const string TooManyRequests = "TOOMANYREQUESTS";

    /// <summary>Longer error bodies are cut.</summary>
    public const int MaxBody = 64 * 1024;

    private const int MaxErrors = 32;

    /// <summary>The failure that <paramref name="response"/>, which is no success, tells of.</summary>
    public static async Task<RegistryException> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var told = await WordsAsync(response, cancellationToken);
        return new RegistryException(told.Kind, told.Message, told.Status, told.Code) { RetryAfter = WaitOf(response) };
    }

    private static TimeSpan? WaitOf(HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter;
        var wait = after?.Delta ?? (after?.Date is { } date ? date - DateTimeOffset.UtcNow : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static async Task<RegistryException> WordsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = response.StatusCode;
        if ((int)status is < 400 or >= 500)
        {
            return New(status, "", $"received unexpected HTTP status: {(int)status} {ReasonOf(response)}");
        }

        var (body, _) = await BoundedBody.ReadUpToAsync(response, MaxBody, cancellationToken);
        var errors = Parse(status, body);
        return FromChallenge(response, errors) ?? FromBody(status, body, errors);
    }

    /// <summary>RFC 6750's words in the challenge outrank the body.</summary>
    private static RegistryException? FromChallenge(HttpResponseMessage response, IReadOnlyList<(string Code, string Message)> errors)
    {
        foreach (var challenge in Challenge.Parse(ChallengesOf(response)).Where(c => c.Scheme == "bearer"))
        {
            var code = challenge["error"] switch { "invalid_token" => Unauthorized, "insufficient_scope" => Denied, _ => null };
            if (code is not null)
            {
                return Join(response.StatusCode, [(code, challenge["error_description"] ?? DefaultMessage(code)), .. errors]);
            }
        }

        return null;
    }

    private static RegistryException FromBody(HttpStatusCode status, byte[] body, IReadOnlyList<(string Code, string Message)> errors)
    {
        if (errors.Count > 0)
        {
            return Join(status, errors);
        }

        if (status == HttpStatusCode.Unauthorized)
        {
            return Join(status, [(Unauthorized, DefaultMessage(Unauthorized))]);
        }

        var text = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 1024)));
        return New(status, CodeOf(status), $"error parsing HTTP {(int)status} response body: no error details found in HTTP response body: \"{Quote(text)}\"");
    }

    internal static IEnumerable<string> ChallengesOf(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values) ? values : [];

    private static List<(string Code, string Message)> Parse(HttpStatusCode status, byte[] body)
    {
        var errors = new List<(string, string)>();
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return errors;
            }

            if (status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests && Text(root, "details") is { Length: > 0 } details)
            {
                errors.Add((status == HttpStatusCode.Unauthorized ? Unauthorized : TooManyRequests, details));
                return errors;
            }

            if (root.TryGetProperty("errors", out var list) && list.ValueKind == JsonValueKind.Array)
            {
                errors.AddRange(list.EnumerateArray().Take(MaxErrors).Where(e => e.ValueKind == JsonValueKind.Object).Select(Entry));
            }
        }
        catch (JsonException)
        {
            // No JSON is an answer without details, and FromBody says so with the text itself.
        }

        return errors;
    }

    private static (string Code, string Message) Entry(JsonElement error)
    {
        var code = Text(error, "code") is { Length: > 0 } given ? given.ToUpperInvariant() : "UNKNOWN";
        return (code, Text(error, "message") is { Length: > 0 } message ? message : DefaultMessage(code));
    }

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static RegistryException Join(HttpStatusCode status, IReadOnlyList<(string Code, string Message)> errors)
    {
        var lines = errors.Select(e => $"{e.Code.ToLowerInvariant().Replace('_', ' ')}: {e.Message}").ToList();
        return New(status, errors[0].Code, lines.Count == 1 ? lines[0] : "errors:\n" + string.Join('\n', lines) + "\n");
    }

    private static RegistryException New(HttpStatusCode status, string code, string message) => new(KindOf(status, code), message, status, code);

    private static ErrorKind KindOf(HttpStatusCode status, string code) => (status, code) switch
    {
        (_, Unauthorized) or (HttpStatusCode.Unauthorized, _) => ErrorKind.Unauthorized,
        (_, Denied) or (HttpStatusCode.Forbidden, _) => ErrorKind.Forbidden,
        (HttpStatusCode.NotFound, _) => ErrorKind.NotFound,
        (HttpStatusCode.BadRequest, _) => ErrorKind.InvalidArgument,
        _ => ErrorKind.Internal,
    };

    private static string CodeOf(HttpStatusCode status) => status == HttpStatusCode.TooManyRequests ? TooManyRequests : "";

    private static string DefaultMessage(string code) => code switch
    {
        Unauthorized => "authentication required",
        Denied => "requested access to the resource is denied",
        ManifestUnknown => "manifest unknown",
        NameUnknown => "repository name not known to registry",
        TooManyRequests => "too many requests",
        "BLOB_UNKNOWN" => "blob unknown to registry",
        "DIGEST_INVALID" => "provided digest did not match uploaded content",
        "MANIFEST_INVALID" => "manifest invalid",
        "MANIFEST_BLOB_UNKNOWN" => "blob unknown to registry",
        "NAME_INVALID" => "invalid repository name",
        "SIZE_INVALID" => "provided length did not match content length",
        "UNSUPPORTED" => "The operation is unsupported.",
        "UNAVAILABLE" => "service unavailable",
        _ => "unknown error",
    };

    private static string ReasonOf(HttpResponseMessage response) =>
        string.IsNullOrEmpty(response.ReasonPhrase) ? response.StatusCode.ToString() : response.ReasonPhrase;

    private static string Quote(string text) =>
        text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r").Replace("\t", "\\t");
}
