using System.Text.Json.Serialization;

namespace Corten.EngineApi.Images;

/// <summary>
/// Credentials for a registry: the body of <c>POST /auth</c>, the header <c>X-Registry-Auth</c> (base64url of this JSON) and the
/// values of <c>X-Registry-Config</c>.
/// </summary>
public sealed record AuthConfig
{
    [JsonPropertyName("username")] public string? Username { get; init; }
    [JsonPropertyName("password")] public string? Password { get; init; }

    /// <summary>base64 of <c>username:password</c>.</summary>
    [JsonPropertyName("auth")] public string? Auth { get; init; }
    [JsonPropertyName("email")] public string? Email { get; init; }
    [JsonPropertyName("serveraddress")] public string? ServerAddress { get; init; }

    /// <summary>A refresh token, exchanged at the registry's token server.</summary>
    [JsonPropertyName("identitytoken")] public string? IdentityToken { get; init; }

    /// <summary>A bearer token, sent as it is.</summary>
    [JsonPropertyName("registrytoken")] public string? RegistryToken { get; init; }
}

/// <summary>The answer of <c>POST /auth</c>.</summary>
public sealed record AuthResponse
{
    public string IdentityToken { get; init; } = "";
    public string Status { get; init; } = "";
}
