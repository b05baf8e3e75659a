using System.Text;
using Corten.Build.BuildKit.Protocol.Files;
using Corten.Build.BuildKit.Protocol.Session;
using Corten.Cli.Commands.Builder.Kit;
using Corten.Client.Grpc;
using Corten.Linux.Files;
using Google.Protobuf;
using Microsoft.Win32.SafeHandles;

namespace Corten.Cli.Commands.Builder.Services;

/// <summary>Takes results that go into files and folders here.</summary>
/// <param name="outputs">By number, as the engine knows them.</param>
/// <param name="standardOutput">For those that go there.</param>
internal sealed class TargetService(IReadOnlyList<BuildOutput> outputs, Stream standardOutput)
{
    public void Serve(GrpcCall call)
    {
        var number = int.TryParse(call.Values("buildkit-attachable-exporter-id").FirstOrDefault(), out var given) ? given : 0;
        var output = number < outputs.Count ? outputs[number] : throw new GrpcException(GrpcStatus.NotFound, $"exporter {number} not found");
        if (output is { Folder: { } folder, IsLayout: false })
        {
            Directory.CreateDirectory(folder);
            using var receiver = new FolderReceiver(folder);
            receiver.Run(call);
        }
        else if (output.File is { } file)
        {
            ReceiveFile(call, file);
        }
        else
        {
            throw new GrpcException(GrpcStatus.NotFound, $"exporter {number} not found");
        }
    }

    /// <summary>Written beside its place and moved there once it is whole.</summary>
    private void ReceiveFile(GrpcCall call, string file)
    {
        if (file == "-")
        {
            Copy(call, standardOutput);
            return;
        }
        if (FileFacts.KindOf(file) is not (null or FileKind.Regular))
        {
            // A device or a pipe is written to: a rename would put a file in its place.
            using var target = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            Copy(call, target);
            return;
        }
        var unfinished = $"{file}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var target = File.Create(unfinished))
            {
                Copy(call, target);
            }
            File.Move(unfinished, file, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static void Copy(GrpcCall call, Stream target)
    {
        while (call.Receive() is { } message)
        {
            target.Write(BytesMessage.Parser.ParseFrom(message).Data.Span);
        }
        target.Flush();
    }
}

/// <summary>
/// Receives a tree of files into a folder. Names are resolved by the kernel with that folder as the root and last names are not followed: what an image
/// holds writes nowhere else.
/// </summary>
internal sealed class FolderReceiver(string folder) : IDisposable
{
    private const uint FolderMode = 0x1ED; // 0755

    private readonly SafeFileHandle root = FileAt.Open(folder, OpenFlags.ReadOnly | OpenFlags.Directory);
    private readonly List<Stat> described = [];
    private readonly Dictionary<uint, SafeFileHandle> open = [];

    public void Run(GrpcCall call)
    {
        var (wanted, done) = (0, false);
        while (call.Receive() is { } message)
        {
            var packet = Packet.Parser.ParseFrom(message);
            switch (packet.Type)
            {
                case Packet.Types.PacketType.PacketStat when packet.Stat is { } stat:
                    var id = (uint)described.Count;
                    described.Add(stat);
                    if (Make(stat))
                    {
                        wanted++;
                        call.Queue(new Packet { Type = Packet.Types.PacketType.PacketReq, Id = id }.ToByteArray());
                    }
                    break;
                case Packet.Types.PacketType.PacketStat:
                    done = true;
                    call.Flush();
                    break;
                case Packet.Types.PacketType.PacketData:
                    wanted -= Receive(packet) ? 1 : 0;
                    break;
                case Packet.Types.PacketType.PacketErr:
                    throw new GrpcException(GrpcStatus.Unknown, packet.Data.ToStringUtf8());
                case Packet.Types.PacketType.PacketFin:
                    FinishFolders();
                    return;
            }
            if (done && wanted == 0)
            {
                done = false;
                call.Send(new Packet { Type = Packet.Types.PacketType.PacketFin }.ToByteArray());
            }
        }
    }

    public void Dispose()
    {
        foreach (var file in open.Values)
        {
            file.Dispose();
        }
        root.Dispose();
    }

    /// <returns>Its content is needed.</returns>
    private bool Make(Stat stat)
    {
        using var parent = Parent(stat.Path, out var name);
        if ((stat.Mode & GoMode.Directory) != 0)
        {
            FileAt.MakeDirectory(parent, name, FolderMode);
            return false;
        }
        if ((stat.Mode & GoMode.SymbolicLink) != 0)
        {
            FileAt.Unlink(parent, name);
            FileAt.MakeSymbolicLink(Encoding.UTF8.GetBytes(stat.Linkname), parent, name);
            return false;
        }
        if ((stat.Mode & GoMode.Special) != 0)
        {
            // Devices and pipes of an image are nothing that a user wants here.
            return false;
        }
        if (stat.Linkname.Length > 0)
        {
            using var first = Parent(stat.Linkname.TrimStart('/'), out var firstName);
            FileAt.Unlink(parent, name);
            FileAt.MakeHardLink(first, firstName, parent, name);
            return false;
        }
        return true;
    }

    /// <returns>The file is whole.</returns>
    private bool Receive(Packet packet)
    {
        var stat = packet.Id < described.Count ? described[(int)packet.Id] : throw new InvalidDataException($"content of file {packet.Id}, which was not described");
        if (!open.TryGetValue(packet.Id, out var file))
        {
            using var parent = Parent(stat.Path, out var name);
            FileAt.Unlink(parent, name);
            open[packet.Id] = file = FileAt.TryCreate(parent, name, GoMode.Permissions(stat.Mode)) ?? throw new IOException($"{stat.Path} appeared meanwhile");
        }
        if (packet.Data.Length > 0)
        {
            OpenFile.Write(file, packet.Data.Span);
            return false;
        }
        OpenFile.ChangeMode(file, GoMode.Permissions(stat.Mode));
        OpenFile.SetTimes(file, TimeOf(stat), TimeOf(stat));
        file.Dispose();
        open.Remove(packet.Id);
        return true;
    }

    private void FinishFolders()
    {
        foreach (var stat in described.Where(s => (s.Mode & GoMode.Directory) != 0).Reverse())
        {
            using var parent = Parent(stat.Path, out var name);
            FileAt.ChangeMode(parent, name, GoMode.Permissions(stat.Mode));
            FileAt.SetTimes(parent, name, TimeOf(stat), TimeOf(stat));
        }
    }

    private SafeFileHandle Parent(string path, out byte[] name)
    {
        var clean = path.Trim('/');
        var slash = clean.LastIndexOf('/');
        name = Encoding.UTF8.GetBytes(clean[(slash + 1)..]);
        if (name.Length == 0 || clean.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw new InvalidDataException($"the engine sent the path {path}, which is none");
        }
        return slash < 0 ? FileAt.OpenInRoot(root, "."u8, OpenFlags.Path | OpenFlags.Directory)
            : FileAt.OpenInRoot(root, Encoding.UTF8.GetBytes(clean[..slash]), OpenFlags.Path | OpenFlags.Directory);
    }

    private static FileTime TimeOf(Stat stat) => new(Math.DivRem(stat.ModTime, 1_000_000_000, out var rest), (uint)Math.Max(0, rest));
}
