using System.Text;

namespace Corten.Distribution.Authentication;

/// <summary>Who asks a registry: nobody, a user with a password, a refresh token, or a ready bearer token.</summary>
public sealed record RegistryCredentials
{
    public static RegistryCredentials Anonymous { get; } = new();

    public string Username { get; init; } = "";
    public string Password { get; init; } = "";

    /// <summary>A refresh token, exchanged for an access token at the registry's token server.</summary>
    public string IdentityToken { get; init; } = "";

    /// <summary>A bearer token, sent as it is.</summary>
    public string RegistryToken { get; init; } = "";

    public bool HasPassword => Username.Length > 0 || Password.Length > 0;

    /// <summary>The value after <c>Basic</c> in an Authorization header.</summary>
    public string BasicValue => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}"));

    /// <summary>Names the user and hides the secrets.</summary>
    public override string ToString() => HasPassword ? $"user {Username}" : IdentityToken.Length > 0 ? "identity token" : "anonymous";
}
