using System.Collections.Concurrent;
using Corten.Distribution.Authentication;
using Corten.Distribution.Registry;
using Corten.Distribution.Transport;
using Corten.Oci.Image;

namespace Corten.Distribution;

/// <summary>What a caller wants of a repository.</summary>
public enum RepositoryAccess
{
    Pull,
    Push,
}

/// <summary>The way to registries: connections, tokens and what was learnt about each, shared by all pulls and pushes of the daemon's life.</summary>
public sealed class Registries : IDisposable
{
    private readonly TransportPool _transports;
    private readonly TokenClient _tokens;
    private readonly TokenCache _cache;
    private readonly ChallengeMemory _memory;
    private ConcurrentDictionary<string, Uri> _answered = new(StringComparer.Ordinal);

    public Registries(RegistrySettings settings, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        _transports = new TransportPool(settings);
        Settings = settings;
        _tokens = new TokenClient(_transports, time);
        _cache = new TokenCache(time);
        _memory = new ChallengeMemory(time);
    }

    /// <summary>Replaced as a whole when the configuration is read again; what is under way goes on as it began.</summary>
    public RegistrySettings Settings
    {
        get;
        set
        {
            (field, _answered) = (value, new(StringComparer.Ordinal));
            _transports.Use(value);
        }
    }

    /// <summary>The ways to reach the registry of <paramref name="domain"/>, best first; one that answered before comes before its siblings.</summary>
    public IReadOnlyList<RegistryEndpoint> EndpointsOf(string domain, RepositoryAccess access)
    {
        var endpoints = RegistryEndpoint.For(domain, access == RepositoryAccess.Pull, Settings);
        return _answered.TryGetValue(domain, out var answered) && !endpoints[0].IsMirror
            ? [.. endpoints.OrderByDescending(e => e.Base == answered)]
            : endpoints;
    }

    /// <summary>Connects to the repository of <paramref name="name"/> at one endpoint.</summary>
    /// <param name="endpoint">One of <see cref="EndpointsOf"/>.</param>
    /// <param name="name">Only its repository counts.</param>
    /// <param name="credentials">Sent to this registry and its token server only; to a mirror, never.</param>
    /// <param name="access">What the tokens are asked for.</param>
    /// <param name="mountFrom">Repositories of the same registry to read from, for mounting blobs.</param>
    /// <param name="cancellationToken"></param>
    /// <exception cref="RegistryUnreachableException">The registry does not answer.</exception>
    public async Task<Repository> OpenAsync(
        RegistryEndpoint endpoint, ImageReference name, RegistryCredentials credentials, RepositoryAccess access,
        IReadOnlyList<string>? mountFrom = null, CancellationToken cancellationToken = default)
    {
        var channel = await ConnectAsync(endpoint, endpoint.IsMirror ? RegistryCredentials.Anonymous : credentials, cancellationToken);
        if (!endpoint.IsMirror)
        {
            _answered[name.Domain] = endpoint.Base;
        }

        return new Repository(channel, name, access, mountFrom ?? [], Settings);
    }

    /// <summary>Opens the repository at the first endpoint that answers.</summary>
    /// <remarks><c>insecure</c> counts the registry among the insecure ones, for this once.</remarks>
    public async Task<Repository> OpenAsync(
        ImageReference name, RegistryCredentials credentials, RepositoryAccess access,
        IReadOnlyList<string>? mountFrom = null, bool insecure = false, CancellationToken cancellationToken = default)
    {
        var endpoints = insecure ? RegistryEndpoint.For(name.Domain, access == RepositoryAccess.Pull, Settings with { InsecureRegistries = [.. Settings.InsecureRegistries, name.Domain] })
            : EndpointsOf(name.Domain, access);
        for (var i = 0; ; i++)
        {
            try
            {
                return await OpenAsync(endpoints[i], name, credentials, access, mountFrom, cancellationToken);
            }
            catch (RegistryUnreachableException) when (i < endpoints.Count - 1)
            {
                // The next endpoint is another way to the same registry; the last one's words are what the user sees.
            }
        }
    }

    internal async Task<RegistryChannel> ConnectAsync(RegistryEndpoint endpoint, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        var channel = new RegistryChannel(endpoint, credentials, _transports, _tokens, _cache, _memory);
        await channel.PingAsync(cancellationToken);
        return channel;
    }

    internal TokenClient Tokens => _tokens;

    internal TransportPool Transports => _transports;

    internal ChallengeMemory Memory => _memory;

    public void Dispose() => _transports.Dispose();
}
