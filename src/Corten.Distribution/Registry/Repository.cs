using Corten.Distribution.Authentication;
using Corten.Distribution.Transport;
using Corten.Oci.Image;

namespace Corten.Distribution.Registry;

/// <summary>
/// One repository at one registry: the verbs of the distribution-spec. Each verb is a file of its own; failures are
/// <see cref="RegistryException"/> with the registry's words, or <see cref="RegistryUnreachableException"/>.
/// </summary>
public sealed partial class Repository
{
    private readonly RegistryChannel _channel;
    private readonly RegistrySettings _settings;
    private readonly IReadOnlyList<string> _scopes;

    internal Repository(RegistryChannel channel, ImageReference name, RepositoryAccess access, IReadOnlyList<string> mountFrom, RegistrySettings settings)
    {
        (_channel, Name, _settings) = (channel, name, settings);
        var own = $"repository:{name.Path}:{(access == RepositoryAccess.Push ? "pull,push" : "pull")}";
        _scopes = [own, .. mountFrom.Select(path => $"repository:{path}:pull")];
    }

    public ImageReference Name { get; }

    public RegistryEndpoint Endpoint => _channel.Endpoint;

    private Uri At(string path)
    {
        var uri = _channel.Endpoint.At($"/v2/{Name.Path}/{path}");

        // A mirror serves many registries: it is told which one is meant (containerd's and the spec's proxy rule).
        return _channel.Endpoint.IsMirror ? new UriBuilder(uri) { Query = (uri.Query.Length > 1 ? uri.Query[1..] + "&" : "") + "ns=" + Name.Domain }.Uri : uri;
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri uri, CancellationToken cancellationToken) =>
        _channel.SendAsync(() => new HttpRequestMessage(method, uri), _scopes, cancellationToken);
}
