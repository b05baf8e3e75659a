namespace Corten.Client;

/// <summary>What a client is told once.</summary>
public sealed record EngineClientOptions
{
    /// <summary>The newest API version that this client speaks.</summary>
    public const string NewestVersion = "1.51";

    public EngineAddress Address { get; init; } = EngineAddress.Default;

    public TlsSettings? Tls { get; init; }

    /// <summary>Asked for in every path. Lowered by itself when a daemon says that it is older.</summary>
    public string ApiVersion { get; init; } = NewestVersion;

    public string UserAgent { get; init; } = "Corten-Client (linux)";

    /// <summary>Sent with every request (config.json's HttpHeaders).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Called once when nobody listens at the address; answers whether somebody does now. Null to fail at once.</summary>
    public Func<bool>? WhenNobodyListens { get; init; }
}
