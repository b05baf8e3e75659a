using System.Text.Json.Serialization;

namespace Corten.EngineApi.Images;

/// <summary>
/// Credentials for a registry: the body of <c>POST /auth</c>, the header <c>X-Registry-Auth</c> (base64url of this JSON) and the
/// values of <c>X-Registry-Config</c>.
/// </summary>
public sealed record AuthConfig
{
    [JsonPropertyName("username")] public string? Username { get; set; }
    [JsonPropertyName("password")] public string? Password { get; set; }

    /// <summary>base64 of <c>username:password</c>.</summary>
    [JsonPropertyName("auth")] public string? Auth { get; set; }
    [JsonPropertyName("email")] public string? Email { get; set; }
    [JsonPropertyName("serveraddress")] public string? ServerAddress { get; set; }

    /// <summary>A refresh token, exchanged at the registry's token server.</summary>
    [JsonPropertyName("identitytoken")] public string? IdentityToken { get; set; }

    /// <summary>A bearer token, sent as it is.</summary>
    [JsonPropertyName("registrytoken")] public string? RegistryToken { get; set; }
}

/// <summary>The answer of <c>POST /auth</c>.</summary>
public sealed record AuthResponse
{
    public string IdentityToken { get; set; } = "";
    public string Status { get; set; } = "";
}
