using Corten.Build.BuildKit.Protocol.Session.Content;
using Google.Protobuf;
using Grpc.Core;

namespace Corten.Build.BuildKit;

/// <summary>The documents that records of the history name, by their digests: clients read provenance from here.</summary>
public sealed class HistoryContent : Protocol.Session.Content.Content.ContentBase
{
    private readonly HistoryStore _store;

    internal HistoryContent(HistoryStore store) => _store = store;

    public override Task<InfoResponse> Info(InfoRequest request, ServerCallContext context) =>
        Task.FromResult(new InfoResponse { Info = new Info { Digest = request.Digest, Size = Find(request.Digest).Length } });

    public override async Task Read(ReadContentRequest request, IServerStreamWriter<ReadContentResponse> responses, ServerCallContext context)
    {
        var content = Find(request.Digest);
        var from = (int)Math.Clamp(request.Offset, 0, content.Length);
        var length = request.Size > 0 ? (int)Math.Min(request.Size, content.Length - from) : content.Length - from;
        await responses.WriteAsync(new ReadContentResponse { Offset = from, Data = ByteString.CopyFrom(content, from, length) }, context.CancellationToken);
    }

    private byte[] Find(string digest) => Oci.Image.Digest.TryParse(digest, out var parsed) && _store.Blob(parsed) is { } content ? content
        : throw new RpcException(new Status(StatusCode.NotFound, $"content {digest}: not found"));
}
