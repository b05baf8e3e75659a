using System.Text;
using System.Text.Json;
using Corten.Daemon.Http;
using Corten.Distribution.Authentication;
using Corten.EngineApi.Images;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Images;

/// <summary>Credentials as clients send them.</summary>
internal static class RegistryAuth
{
    /// <summary>
    /// The header <c>X-Registry-Auth</c>: base64url of an <see cref="AuthConfig"/>. Anonymous if it is missing, empty or not readable: Docker
    /// lets the registry decide then, and clients rely on it.
    /// </summary>
    public static RegistryCredentials Read(RequestContext context)
    {
        var header = context.Header("X-Registry-Auth").Trim();
        if (header.Length == 0)
        {
            return RegistryCredentials.Anonymous;
        }

        try
        {
            var json = Convert.FromBase64String(Pad(header.Replace('-', '+').Replace('_', '/')));
            return json.Length == 0 ? RegistryCredentials.Anonymous : From(JsonSerializer.Deserialize(json, ImagesJson.Wire.AuthConfig) ?? new AuthConfig());
        }
        catch (Exception problem) when (problem is FormatException or JsonException or CortenException)
        {
            return RegistryCredentials.Anonymous;
        }
    }

    /// <exception cref="CortenException">InvalidArgument: the member <c>auth</c> is no base64 of <c>user:password</c>.</exception>
    public static RegistryCredentials From(AuthConfig auth)
    {
        var (user, password) = (auth.Username ?? "", auth.Password ?? "");
        if (user.Length == 0 && auth.Auth is { Length: > 0 } packed)
        {
            var text = Unpack(packed);
            var colon = text.IndexOf(':');
            (user, password) = colon > 0 ? (text[..colon], text[(colon + 1)..].TrimEnd('\0')) : throw CortenException.Invalid("invalid auth configuration file");
        }

        return new RegistryCredentials { Username = user, Password = password, IdentityToken = auth.IdentityToken ?? "", RegistryToken = auth.RegistryToken ?? "" };
    }

    private static string Unpack(string packed)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(Pad(packed)));
        }
        catch (FormatException problem)
        {
            throw CortenException.Invalid("invalid auth configuration file", problem);
        }
    }

    private static string Pad(string text) => text.TrimEnd('=') is var bare ? bare + new string('=', (4 - bare.Length % 4) % 4) : text;
}
