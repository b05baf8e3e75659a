namespace Corten.Distribution;

/// <summary>How registries are reached; the names are those of the daemon's configuration.</summary>
public sealed record RegistrySettings
{
    /// <summary>Base addresses tried before Docker Hub, in order (<c>registry-mirrors</c>).</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = [];

    /// <summary><c>host</c>, <c>host:port</c> or a CIDR (<c>insecure-registries</c>). Loopback is always insecure.</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>Folders with one folder for each <c>host[:port]</c> that holds <c>*.crt</c>, <c>*.cert</c> and <c>*.key</c>; the first match counts.</summary>
    public IReadOnlyList<string> CertificateDirectories { get; init; } = ["/etc/corten/certs.d", "/etc/docker/certs.d"];

    /// <summary>Layers fetched at once for one pull (<c>max-concurrent-downloads</c>).</summary>
    public int MaxConcurrentDownloads { get; init; } = 3;

    /// <summary>Layers sent at once for one push (<c>max-concurrent-uploads</c>).</summary>
    public int MaxConcurrentUploads { get; init; } = 5;

    /// <summary>Attempts without progress before a layer's transfer fails (<c>max-download-attempts</c>).</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Grows with each attempt: N times this before attempt N + 1.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A transfer that delivers nothing for this long counts as cut.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Sent as User-Agent.</summary>
    public string UserAgent { get; init; } = "corten/0.1.0";
}
