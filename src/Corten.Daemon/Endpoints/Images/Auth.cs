using Corten.Daemon.Http;
using Corten.Distribution;
using Corten.EngineApi.Images;
using Corten.Images;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Daemon.Endpoints.Images;

/// <summary><c>POST /auth</c></summary>
internal sealed class Auth(ImageService images)
{
    public async Task ServeAsync(RequestContext context)
    {
        var auth = await ReadAsync(context);
        var token = await Login.CheckAsync(images.Store.Registries, DomainOf(auth.ServerAddress ?? ""), RegistryAuth.From(auth), context.Aborted);
        await context.WriteJsonAsync(new AuthResponse { IdentityToken = token, Status = "Login Succeeded" }, ImagesJson.Wire.AuthResponse);
    }

    /// <summary>Docker asks for no content type here, and calls a body that it can't read a failure of its own.</summary>
    private static async Task<AuthConfig> ReadAsync(RequestContext context)
    {
        try
        {
            return await context.ReadAnyJsonAsync(ImagesJson.Wire.AuthConfig) ?? throw CortenException.Invalid("EOF");
        }
        catch (CortenException mistake) when (mistake.Kind == ErrorKind.InvalidArgument)
        {
            throw CortenException.Internal(mistake.Message.StartsWith(JsonBody.MistakePrefix, StringComparison.Ordinal) ? mistake.Message[JsonBody.MistakePrefix.Length..] : mistake.Message, mistake);
        }
    }

    /// <summary>A server address may be a host, or Docker Hub's old <c>https://index.docker.io/v1/</c>; scheme and path do not count.</summary>
    private static string DomainOf(string server)
    {
        var scheme = server.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme < 0 ? server : server[(scheme + 3)..];
        var host = rest.Split('/')[0];
        if (host.Contains(' '))
        {
            throw CortenException.Invalid($"unable to parse server address: parse \"https://{server}\": invalid character \" \" in host name");
        }

        return host is "" or "index.docker.io" or "registry-1.docker.io" ? ImageReference.DefaultDomain
            : ImageReference.TryParse($"{host}/x", out var name) && name.Domain == host ? host
            : host == "docker.io" ? host : throw CortenException.Invalid($"invalid registry host {host}");
    }
}
