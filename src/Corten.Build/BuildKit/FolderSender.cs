using System.Text;
using System.Threading.Channels;
using Corten.Build.BuildKit.Protocol.Files;
using Corten.Build.Execution;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Mounts;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.BuildKit;

/// <summary>The trees that go to one folder of the client; several platforms get a folder each.</summary>
internal sealed class SenderRoots : IDisposable
{
    private readonly List<DetachedMount> _mounts = [];

    public SenderRoots(TreeViews views, IReadOnlyList<(string Platform, BuiltTree Built)> trees)
    {
        foreach (var (platform, built) in trees)
        {
            _mounts.Add(views.Read(built.Tree));
            Parts.Add((trees.Count > 1 ? platform.Replace('/', '_') : "", _mounts[^1].Root));
        }
    }

    public List<(string Prefix, SafeFileHandle Root)> Parts { get; } = [];

    public void Dispose() => _mounts.ForEach(m => m.Dispose());
}

/// <summary>Sends folders to the client: describes every file, then sends the content of those that it asks for.</summary>
internal sealed class FolderSender(BuildSession session)
{
    private const int ChunkSize = 32 * 1024;

    /// <summary>The path is FileSend's; for folders both ways carry packets.</summary>
    private static readonly Method<Packet, Packet> Send = new(MethodType.DuplexStreaming, "moby.filesync.v1.FileSend", "DiffCopy",
        Marshallers.Create(p => p.ToByteArray(), Packet.Parser.ParseFrom), Marshallers.Create(p => p.ToByteArray(), Packet.Parser.ParseFrom));

    private readonly List<(SafeFileHandle Root, byte[] Path)?> _files = [];
    private long _sent;

    public async Task SendAsync(IReadOnlyList<(string Prefix, SafeFileHandle Root)> parts, int exporter, Action<long> progress, CancellationToken cancellation)
    {
        using var call = session.Invoker.AsyncDuplexStreamingCall(Send, null,
            new CallOptions(new Metadata { { "buildkit-attachable-exporter-id", exporter.ToString(System.Globalization.CultureInfo.InvariantCulture) } }, cancellationToken: cancellation));
        var outgoing = Channel.CreateBounded<Packet>(64);
        var writing = WriteAsync(outgoing.Reader, call.RequestStream, cancellation);
        var describing = DescribeAsync(parts, outgoing.Writer, cancellation);
        try
        {
            await foreach (var packet in call.ResponseStream.ReadAllAsync(cancellation))
            {
                switch (packet.Type)
                {
                    case Packet.Types.PacketType.PacketReq:
                        await SendFileAsync(packet.Id, outgoing.Writer, cancellation);
                        progress(_sent);
                        break;
                    case Packet.Types.PacketType.PacketErr:
                        throw CortenException.Invalid($"error from receiver: {packet.Data.ToStringUtf8()}");
                    case Packet.Types.PacketType.PacketFin:
                        await describing;
                        await outgoing.Writer.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketFin }, cancellation);
                        outgoing.Writer.Complete();
                        await writing;
                        break;
                }
            }
        }
        catch (RpcException e)
        {
            throw CortenException.Invalid($"failed to send the result: {e.Status.Detail}", e);
        }
    }

    private static async Task WriteAsync(ChannelReader<Packet> packets, IClientStreamWriter<Packet> stream, CancellationToken cancellation)
    {
        await foreach (var packet in packets.ReadAllAsync(cancellation))
        {
            await stream.WriteAsync(packet, cancellation);
        }

        await stream.CompleteAsync();
    }

    private async Task DescribeAsync(IReadOnlyList<(string Prefix, SafeFileHandle Root)> parts, ChannelWriter<Packet> packets, CancellationToken cancellation)
    {
        foreach (var (prefix, root) in parts)
        {
            if (prefix.Length > 0)
            {
                await DescribeOneAsync(new Stat { Path = prefix, Mode = GoFileMode.Directory | 0x1ED }, root, [], packets, cancellation);
            }

            var entries = await Task.Run(() => Selection.Of(root, new Planning.CopySource(new Planning.ScratchStep { Name = "", Platform = Oci.Image.Platform.Host }, "/") { Wildcards = false },
                Dockerfile.Ignore.IgnorePatterns.None)[0].Entries, cancellation);
            foreach (var entry in entries.Skip(1).Where(e => e.Status.Type != FileType.Socket))
            {
                using var parent = ContentDigests.OpenParent(root, entry.Source, out var name);
                var path = Encoding.UTF8.GetString(entry.Relative);
                await DescribeOneAsync(TreeReader.StatOf(parent, name, prefix.Length > 0 ? $"{prefix}/{path}" : path), root, entry.Source, packets, cancellation);
            }
        }

        await packets.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketStat }, cancellation);
    }

    private async Task DescribeOneAsync(Stat stat, SafeFileHandle root, byte[] path, ChannelWriter<Packet> packets, CancellationToken cancellation)
    {
        lock (_files)
        {
            _files.Add(GoFileMode.IsRegular(stat.Mode) ? (root, path) : null);
        }

        await packets.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketStat, Stat = stat }, cancellation);
    }

    private async Task SendFileAsync(uint id, ChannelWriter<Packet> packets, CancellationToken cancellation)
    {
        (SafeFileHandle Root, byte[] Path) file;
        lock (_files)
        {
            file = id < _files.Count && _files[(int)id] is { } known ? known : throw CortenException.Invalid($"invalid file id {id}");
        }

        using var source = FileAt.OpenInRoot(file.Root, file.Path, OpenFlags.ReadOnly);
        var buffer = new byte[ChunkSize];
        for (int count; (count = OpenFile.Read(source, buffer)) > 0;)
        {
            _sent += count;
            await packets.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketData, Id = id, Data = ByteString.CopyFrom(buffer, 0, count) }, cancellation);
        }

        await packets.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketData, Id = id }, cancellation);
    }
}
