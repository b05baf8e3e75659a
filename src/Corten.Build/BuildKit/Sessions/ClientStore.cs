using Corten.Build.BuildKit.Protocol.Session.Content;
using Corten.Build.BuildKit.Sessions.Calls;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Content;
using Google.Protobuf;
using Grpc.Core;

namespace Corten.Build.BuildKit.Sessions;

/// <summary>A content store that the client has: an OCI layout that it offers, a folder with a cache, or the folder that an image is to be put into.</summary>
/// <param name="session">The client's.</param>
/// <param name="id">Which of its stores.</param>
internal sealed class ClientStore(BuildSession session, string id) : Contexts.ILayoutSource
{
    /// <summary>Where <c>type=oci,tar=false</c> goes.</summary>
    public const string Export = "export";

    private const string IdHeader = "buildkit-attachable-store-id";
    private const int ChunkSize = 1 << 20;

    private readonly Protocol.Session.Content.Content.ContentClient _calls = new(session.Invoker);

    /// <summary>An OCI layout by the name that <c>oci-layout://</c> contexts give it.</summary>
    public static string LayoutId(string name) => "oci:" + name;

    /// <summary>A cache in a folder of the client's.</summary>
    public static string CacheId(string folder) => "local:" + folder;

    private Metadata Headers => new() { { IdHeader, id } };

    /// <summary>A small blob, verified.</summary>
    public async Task<byte[]> ReadAsync(Digest digest, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        await ReadAsync(digest, ContentLimits.Document, content, cancellation);
        return Digest.Of(content.ToArray()) == digest ? content.ToArray() : throw CortenException.Invalid($"the client's content {digest} is not what its digest says");
    }

    /// <summary>Brings a blob into the content store, unless it is there.</summary>
    public async Task FetchAsync(Descriptor blob, ContentStore contents, CancellationToken cancellation)
    {
        if (contents.Exists(blob.Digest))
        {
            return;
        }

        await using var writer = await contents.BeginAsync($"client-{blob.Digest}", cancellation);
        writer.Restart();
        await ReadAsync(blob.Digest, blob.Size, writer, cancellation);
        await writer.CommitAsync(blob.Digest, blob.Size, cancellation);
    }

    /// <summary>Sends blobs of the content store that the client does not have, in this order.</summary>
    public async Task SendAsync(IEnumerable<Digest> blobs, ContentStore contents, CancellationToken cancellation)
    {
        foreach (var digest in blobs)
        {
            if (!await HasAsync(digest, cancellation))
            {
                await SendAsync(digest, contents, cancellation);
            }
        }
    }

    private async Task<bool> HasAsync(Digest digest, CancellationToken cancellation)
    {
        try
        {
            await _calls.InfoAsync(new InfoRequest { Digest = digest.ToString() }, Headers, cancellationToken: cancellation);
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return false;
        }
    }

    private async Task ReadAsync(Digest digest, long limit, Stream target, CancellationToken cancellation)
    {
        try
        {
            using var call = _calls.Read(new ReadContentRequest { Digest = digest.ToString() }, Headers, cancellationToken: cancellation);
            var length = 0L;
            await foreach (var part in call.ResponseStream.ReadAllAsync(cancellation))
            {
                length += part.Data.Length;
                if (length > limit)
                {
                    throw CortenException.Invalid($"the client's content {digest} is larger than the {limit} bytes that it may have");
                }

                await target.WriteAsync(part.Data.Memory, cancellation);
            }
        }
        catch (RpcException e)
        {
            throw CortenException.NotFound($"content {digest} of the client: {e.Status.Detail}");
        }
    }

    private async Task SendAsync(Digest digest, ContentStore contents, CancellationToken cancellation)
    {
        using var call = _calls.Write(Headers, cancellationToken: cancellation);
        await using var source = contents.OpenVerified(digest);
        var total = contents.TryGetInfo(digest)!.Size;
        var buffer = new byte[ChunkSize];
        var reference = $"corten-{digest}";
        var offset = 0L;
        try
        {
            for (int count; (count = await source.ReadAsync(buffer, cancellation)) > 0; offset += count)
            {
                await call.RequestStream.WriteAsync(new WriteContentRequest
                {
                    Action = WriteAction.Write, Ref = reference, Total = total, Expected = digest.ToString(), Offset = offset, Data = ByteString.CopyFrom(buffer, 0, count),
                }, cancellation);
                await call.ResponseStream.MoveNext(cancellation);
            }

            await call.RequestStream.WriteAsync(
                new WriteContentRequest { Action = WriteAction.Commit, Ref = reference, Total = total, Expected = digest.ToString(), Offset = offset }, cancellation);
            await call.ResponseStream.MoveNext(cancellation);
            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
        {
            // Somebody else put it there meanwhile.
        }
        catch (RpcException e)
        {
            throw CortenException.Invalid($"failed to send {digest} to the client: {e.Status.Detail}", e);
        }
    }
}
