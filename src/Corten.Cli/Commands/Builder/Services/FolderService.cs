using Corten.Build.BuildKit.Protocol.Files;
using Corten.Client.Grpc;
using Google.Protobuf;

namespace Corten.Cli.Commands.Builder.Services;

/// <summary>
/// Gives the engine our folders: describes every file, then sends the content of those that it asks for, which are those that it does not have as they are.
/// A digest goes with the description (<c>corten-listing</c>); where the engine has the folder as of the same digest, the digest alone is sent.
/// </summary>
internal sealed class FolderService(IReadOnlyDictionary<string, SentFolder> folders)
{
    private const int ChunkSize = 32 << 10;

    public void Serve(GrpcCall call)
    {
        var name = Header(call, "dir-name").FirstOrDefault() ?? "";
        if (!folders.TryGetValue(name, out var folder))
        {
            throw new GrpcException(GrpcStatus.NotFound, $"no access allowed to dir \"{name}\"");
        }
        var known = Header(call, "corten-listing").FirstOrDefault();
        var files = folder.Describe(FilterOf(call, folder));
        var listing = known is null ? "" : files.Digest();
        if (known is null || listing != known)
        {
            for (var i = 0; i < files.Count; i++)
            {
                call.Queue(files[i]);
            }
        }
        Queue(call, new Packet { Type = Packet.Types.PacketType.PacketStat, Data = ByteString.CopyFromUtf8(listing) });
        call.Flush();
        while (call.Receive() is { } message)
        {
            var packet = Packet.Parser.ParseFrom(message);
            switch (packet.Type)
            {
                case Packet.Types.PacketType.PacketReq:
                    Send(call, packet.Id, folder, packet.Id < files.Count ? files.StatOf((int)packet.Id) : throw new GrpcException(GrpcStatus.InvalidArgument, $"invalid file id {packet.Id}"));
                    break;
                case Packet.Types.PacketType.PacketFin:
                    Queue(call, new Packet { Type = Packet.Types.PacketType.PacketFin });
                    call.Flush();
                    return;
                case Packet.Types.PacketType.PacketErr:
                    throw new GrpcException(GrpcStatus.Unknown, $"error from receiver: {packet.Data.ToStringUtf8()}");
            }
        }
    }

    private static FolderFilter FilterOf(GrpcCall call, SentFolder folder)
    {
        string[] excludes = [.. Header(call, "exclude-patterns")];
        string[] follow = [.. Header(call, "followpaths")];
        return new FolderFilter(excludes.Length > 0 ? IgnoreFile.Of(excludes) : null, follow.Length > 0 && folder is LocalFolder local ? local.Follow(follow) : null);
    }

    /// <summary>The values of a header; a second one says that they are percent-encoded.</summary>
    private static IEnumerable<string> Header(GrpcCall call, string name)
    {
        var encoded = call.Values(name + "-encoded").FirstOrDefault() == "1";
        return call.Values(name).Select(v => encoded ? Uri.UnescapeDataString(v.Replace('+', ' ')) : v);
    }

    private static void Send(GrpcCall call, uint id, SentFolder folder, Stat file)
    {
        if ((file.Mode & GoMode.Special) == 0 && file.Linkname.Length == 0)
        {
            using var source = folder.Open(file.Path);
            var buffer = new byte[ChunkSize];
            for (int count; (count = source.Read(buffer)) > 0;)
            {
                Queue(call, new Packet { Type = Packet.Types.PacketType.PacketData, Id = id, Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, count)) });
            }
        }
        Queue(call, new Packet { Type = Packet.Types.PacketType.PacketData, Id = id });
        call.Flush();
    }

    private static void Queue(GrpcCall call, Packet packet) => call.Queue(packet.ToByteArray());
}
