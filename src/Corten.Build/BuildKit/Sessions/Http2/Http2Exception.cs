using Corten.EngineApi.Http2;

namespace Corten.Build.BuildKit.Sessions.Http2;

/// <summary>The other side does not keep to RFC 9113 in a way that ends the connection.</summary>
internal sealed class Http2Exception(Http2Error error, string message) : IOException(message)
{
    public Http2Error Error => error;
}
