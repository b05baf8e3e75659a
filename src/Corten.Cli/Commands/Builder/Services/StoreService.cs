using System.Security.Cryptography;
using Corten.Build.BuildKit.Protocol.Session.Content;
using Corten.Client.Grpc;
using Google.Protobuf;

namespace Corten.Cli.Commands.Builder.Services;

/// <summary>Lets the engine read and write folders here that are OCI layouts: caches, bases, results. A blob counts once it is whole and its digest is right.</summary>
/// <param name="folders">By the name that the engine calls them by.</param>
internal sealed class StoreService(IReadOnlyDictionary<string, string> folders)
{
    private const int ChunkSize = 1 << 20;

    public bool Any => folders.Count > 0;

    public void Add(GrpcServer server)
    {
        const string Service = "/containerd.services.content.v1.Content/";
        server.Add(Service + "Info", Info);
        server.Add(Service + "Read", Read);
        server.Add(Service + "Write", Write);
    }

    private void Info(GrpcCall call)
    {
        var digest = InfoRequest.Parser.ParseFrom(call.Receive() ?? []).Digest;
        var file = Find(call, digest);
        call.Send(new InfoResponse { Info = new Info { Digest = digest, Size = file.Length } }.ToByteArray());
    }

    private void Read(GrpcCall call)
    {
        var request = ReadContentRequest.Parser.ParseFrom(call.Receive() ?? []);
        using var source = Find(call, request.Digest).OpenRead();
        source.Position = Math.Min(request.Offset, source.Length);
        var left = request.Size > 0 ? request.Size : long.MaxValue;
        var buffer = new byte[ChunkSize];
        for (int count; left > 0 && (count = source.Read(buffer, 0, (int)Math.Min(left, ChunkSize))) > 0; left -= count)
        {
            call.Send(new ReadContentResponse { Offset = source.Position - count, Data = ByteString.CopyFrom(buffer, 0, count) }.ToByteArray());
        }
    }

    private void Write(GrpcCall call)
    {
        var folder = FolderOf(call);
        Directory.CreateDirectory(Path.Combine(folder, "ingest"));
        var unfinished = Path.Combine(folder, "ingest", Guid.NewGuid().ToString("N"));
        try
        {
            using var target = File.Create(unfinished);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            while (call.Receive() is { } message)
            {
                var request = WriteContentRequest.Parser.ParseFrom(message);
                if (request.Data.Length > 0)
                {
                    if (request.Offset != target.Position)
                    {
                        throw new GrpcException(GrpcStatus.InvalidArgument, $"write at {request.Offset}, but {target.Position} bytes are here");
                    }
                    target.Write(request.Data.Span);
                    hash.AppendData(request.Data.Span);
                }
                var digest = "";
                if (request.Action == WriteAction.Commit)
                {
                    target.Flush(flushToDisk: false);
                    digest = "sha256:" + Convert.ToHexStringLower(hash.GetCurrentHash());
                    Commit(folder, unfinished, digest, request.Expected);
                }
                call.Send(new WriteContentResponse { Action = request.Action, Offset = target.Position, Total = request.Total, Digest = digest }.ToByteArray());
            }
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static void Commit(string folder, string unfinished, string digest, string expected)
    {
        if (expected.Length > 0 && expected != digest)
        {
            throw new GrpcException(GrpcStatus.InvalidArgument, $"unexpected digest {digest}, expected {expected}");
        }
        Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256"));
        File.Move(unfinished, Path.Combine(folder, "blobs", "sha256", digest["sha256:".Length..]), overwrite: true);
    }

    private FileInfo Find(GrpcCall call, string digest)
    {
        if (!Corten.Oci.Image.Digest.TryParse(digest, out var parsed))
        {
            throw new GrpcException(GrpcStatus.InvalidArgument, $"invalid digest {digest}");
        }
        var file = new FileInfo(Path.Combine(FolderOf(call), "blobs", parsed.Algorithm, parsed.Hex));
        return file.Exists ? file : throw new GrpcException(GrpcStatus.NotFound, $"content {digest}: not found");
    }

    private string FolderOf(GrpcCall call)
    {
        var id = call.Values("buildkit-attachable-store-id").FirstOrDefault() ?? "";
        return folders.TryGetValue(id, out var folder) ? folder : throw new GrpcException(GrpcStatus.NotFound, $"unknown store {id}");
    }
}
