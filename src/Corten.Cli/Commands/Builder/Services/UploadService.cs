using Corten.Build.BuildKit.Protocol.Session.Uploads;
using Corten.Client.Grpc;
using Google.Protobuf;

namespace Corten.Cli.Commands.Builder.Services;

/// <summary>Gives the engine what it asks for by a URL of this session: a context that came from standard input.</summary>
internal sealed class UploadService
{
    /// <summary>The host that such URLs have.</summary>
    public const string Host = "http://buildkit-session/";

    private const int ChunkSize = 32 << 10;

    private readonly Dictionary<string, Stream> uploads = [];

    public bool Any => uploads.Count > 0;

    /// <returns>The URL.</returns>
    public string Add(Stream content)
    {
        var id = Guid.NewGuid().ToString("N");
        uploads["/" + id] = content;
        return Host + id;
    }

    public void Serve(GrpcCall call)
    {
        var path = call.Values("urlpath").FirstOrDefault() ?? "";
        if (!uploads.Remove(path, out var content))
        {
            throw new GrpcException(GrpcStatus.NotFound, $"no upload at {path}");
        }
        var buffer = new byte[ChunkSize];
        for (int count; (count = content.Read(buffer)) > 0;)
        {
            call.Send(new BytesMessage { Data = ByteString.CopyFrom(buffer, 0, count) }.ToByteArray());
        }
    }
}
