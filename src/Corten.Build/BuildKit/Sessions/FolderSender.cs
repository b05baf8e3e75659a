using System.Text;
using System.Threading.Channels;
using Corten.Build.BuildKit.Protocol.Files;
using Corten.Build.BuildKit.Sessions.Calls;
using Corten.Build.Execution;
using Corten.Linux.Files;
using Corten.Oci.Errors;
using Corten.Storage.Archive;
using Corten.Storage.Mounts;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;

namespace Corten.Build.BuildKit.Sessions;

/// <summary>Sends a folder to the client: describes every file, then sends the content of those that it asks for.</summary>
/// <param name="session">The client's.</param>
/// <param name="folder">Where it goes below the client's folder; empty for that one itself.</param>
/// <param name="epoch">The time of every file, in place of its own.</param>
internal sealed class FolderSender(BuildSession session, string folder, DateTimeOffset? epoch)
{
    private const int ChunkSize = 32 * 1024;

    /// <summary>The path is FileSend's; for folders both ways carry packets.</summary>
    private static readonly Method<Packet, Packet> Send = new(MethodType.DuplexStreaming, "moby.filesync.v1.FileSend", "DiffCopy",
        Marshallers.Create(p => p.ToByteArray(), Packet.Parser.ParseFrom), Marshallers.Create(p => p.ToByteArray(), Packet.Parser.ParseFrom));

    private readonly List<byte[]?> _files = [];
    private long _sent;

    public async Task SendAsync(DetachedMount view, int exporter, Action<long> progress, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var call = session.Invoker.AsyncDuplexStreamingCall(Send, null,
            new CallOptions(new Metadata { { "buildkit-attachable-exporter-id", exporter.ToString(System.Globalization.CultureInfo.InvariantCulture) } }, cancellationToken: stop.Token));
        var outgoing = Channel.CreateBounded<Packet>(64);
        // Whichever fails first ends the others, and is what is told.
        Task[] all =
        [
            OrStopAsync(WriteAsync(outgoing.Reader, call.RequestStream, stop.Token), stop),
            OrStopAsync(DescribeAsync(view, outgoing.Writer, stop.Token), stop),
            OrStopAsync(AnswerAsync(view.Root, call.ResponseStream, outgoing.Writer, progress, stop.Token), stop),
        ];
        try
        {
            await Task.WhenAll(all);
        }
        catch (Exception first)
        {
            cancellation.ThrowIfCancellationRequested();
            var reason = all.SelectMany(t => t.Exception?.InnerExceptions ?? []).FirstOrDefault(e => e is not OperationCanceledException, first);
            throw reason is RpcException refusal ? CortenException.Invalid($"failed to send the result: {refusal.Status.Detail}", refusal) : reason;
        }
    }

    private static async Task OrStopAsync(Task task, CancellationTokenSource stop)
    {
        try
        {
            await task;
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    /// <summary>Sends what the client asks for, until it has everything.</summary>
    private async Task AnswerAsync(SafeFileHandle root, IAsyncStreamReader<Packet> requests, ChannelWriter<Packet> outgoing, Action<long> progress, CancellationToken cancellation)
    {
        while (await requests.MoveNext(cancellation))
        {
            var packet = requests.Current;
            switch (packet.Type)
            {
                case Packet.Types.PacketType.PacketReq:
                    await SendFileAsync(root, packet.Id, outgoing, cancellation);
                    progress(_sent);
                    break;
                case Packet.Types.PacketType.PacketErr:
                    throw CortenException.Invalid($"error from receiver: {packet.Data.ToStringUtf8()}");
                case Packet.Types.PacketType.PacketFin:
                    await outgoing.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketFin }, cancellation);
                    outgoing.Complete();
                    await requests.MoveNext(cancellation);
                    return;
            }
        }

        throw CortenException.Invalid("failed to send the result: the client ended the transfer early");
    }

    private static async Task WriteAsync(ChannelReader<Packet> packets, IClientStreamWriter<Packet> stream, CancellationToken cancellation)
    {
        await foreach (var packet in packets.ReadAllAsync(cancellation))
        {
            await stream.WriteAsync(packet, cancellation);
        }

        await stream.CompleteAsync();
    }

    private async Task DescribeAsync(DetachedMount view, ChannelWriter<Packet> packets, CancellationToken cancellation)
    {
        using var layers = new LayeredFiles(view.Layers);
        var linked = new Dictionary<ulong, (byte[] Path, string Shown)>();
        if (folder.Length > 0)
        {
            await DescribeOneAsync(new Stat { Path = folder, Mode = GoFileMode.Directory | 0x1ED }, [], packets, cancellation);
        }

        foreach (var entry in (await Task.Run(() => Selection.Everything(view.Root), cancellation)).Where(e => e.Status.Type != FileType.Socket))
        {
            using var parent = ContentDigests.OpenParent(view.Root, entry.Source, out var name);
            var path = Encoding.UTF8.GetString(entry.Relative);
            var stat = TreeReader.StatOf(parent, name, folder.Length > 0 ? $"{folder}/{path}" : path);
            if (entry.Status is { IsRegular: true, Links: > 1 } file && !linked.TryAdd(file.Inode, (entry.Source, stat.Path))
                && linked[file.Inode] is var first && layers.AreOne(first.Path, entry.Source))
            {
                // Another name of a file that was described: the client makes a link, and asks for nothing.
                (stat.Linkname, stat.Size) = (first.Shown, 0);
            }

            await DescribeOneAsync(stat, entry.Source, packets, cancellation);
        }

        await packets.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketStat }, cancellation);
    }

    private async Task DescribeOneAsync(Stat stat, byte[] path, ChannelWriter<Packet> packets, CancellationToken cancellation)
    {
        stat.ModTime = epoch is { } time ? time.ToUnixTimeMilliseconds() * 1_000_000 : stat.ModTime;
        lock (_files)
        {
            _files.Add(GoFileMode.IsRegular(stat.Mode) ? path : null);
        }

        await packets.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketStat, Stat = stat }, cancellation);
    }

    private async Task SendFileAsync(SafeFileHandle root, uint id, ChannelWriter<Packet> packets, CancellationToken cancellation)
    {
        byte[] path;
        lock (_files)
        {
            path = id < _files.Count && _files[(int)id] is { } known ? known : throw CortenException.Invalid($"invalid file id {id}");
        }

        using var source = FileAt.OpenInRoot(root, path, OpenFlags.ReadOnly);
        var buffer = new byte[ChunkSize];
        for (int count; (count = OpenFile.Read(source, buffer)) > 0;)
        {
            _sent += count;
            await packets.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketData, Id = id, Data = ByteString.CopyFrom(buffer, 0, count) }, cancellation);
        }

        await packets.WriteAsync(new Packet { Type = Packet.Types.PacketType.PacketData, Id = id }, cancellation);
    }
}
