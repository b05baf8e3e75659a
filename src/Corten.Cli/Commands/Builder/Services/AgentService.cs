using System.Buffers.Binary;
using System.Net.Sockets;
using Corten.Build.BuildKit.Protocol.Session.Agents;
using Corten.Cli.Commands.Builder.Keys;
using Corten.Cli.Shell;
using Corten.Client.Grpc;
using Google.Protobuf;

namespace Corten.Cli.Commands.Builder.Services;

/// <summary>Lets steps speak with ssh agents (<c>--ssh</c>): those that run here, or one of ours over files with keys. Keys stay where they are.</summary>
internal sealed class AgentService
{
    private readonly Dictionary<string, Func<IAgentConversation>> agents = [];

    public AgentService(IEnumerable<string> options)
    {
        foreach (var option in options)
        {
            var pair = option.Split('=', 2);
            agents[pair[0].Length > 0 ? pair[0] : "default"] = AgentOf(pair.Length > 1 ? pair[1].Split(',') : []);
        }
    }

    public bool Any => agents.Count > 0;

    public byte[] Check(byte[] request)
    {
        Find(CheckAgentRequest.Parser.ParseFrom(request).Id);
        return [];
    }

    /// <summary>Puts messages together from what arrives, and answers each.</summary>
    public void Forward(GrpcCall call)
    {
        using var agent = Find(call.Values("buildkit.ssh.id").FirstOrDefault() ?? "")();
        var pending = new List<byte>();
        while (call.Receive() is { } packet)
        {
            pending.AddRange(BytesMessage.Parser.ParseFrom(packet).Data.Span);
            while (NextOf(pending) is { } message)
            {
                var answer = agent.Answer(message);
                call.Send(new BytesMessage { Data = ByteString.CopyFrom(new SshWriter().Bytes(answer).Finish()) }.ToByteArray());
            }
        }
    }

    /// <summary>Null while the next message is not whole.</summary>
    private static byte[]? NextOf(List<byte> pending)
    {
        if (pending.Count < 4)
        {
            return null;
        }
        var length = BinaryPrimitives.ReadUInt32BigEndian(pending.Take(4).ToArray());
        if (length > AgentMessage.MaxLength)
        {
            throw new GrpcException(GrpcStatus.InvalidArgument, $"a message of {length} bytes to an ssh agent");
        }
        if (pending.Count - 4 < length)
        {
            return null;
        }
        var message = pending.GetRange(4, (int)length).ToArray();
        pending.RemoveRange(0, 4 + (int)length);
        return message;
    }

    private Func<IAgentConversation> Find(string id) => agents.TryGetValue(id.Length > 0 ? id : "default", out var agent) ? agent
        : throw new GrpcException(GrpcStatus.NotFound, $"unset ssh forward key {id}");

    private static Func<IAgentConversation> AgentOf(string[] paths)
    {
        if (paths is [] or [""])
        {
            paths = [Environment.GetEnvironmentVariable("SSH_AUTH_SOCK") is { Length: > 0 } given ? given : throw new CommandException("invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set")];
        }
        var sockets = paths.Count(IsSocket);
        if (sockets > 0)
        {
            return paths.Length == 1 ? () => new SocketAgent(paths[0])
                : throw new CommandException(sockets == paths.Length ? "only single socket allowed" : "invalid combination of keys and sockets");
        }
        var ring = new KeyRing([.. paths.Select(PrivateKeyFile.Read)]);
        return () => ring;
    }

    private static bool IsSocket(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is not { } folder || !Directory.Exists(folder))
        {
            return false;
        }
        using var parent = Linux.Files.FileAt.Open(folder, Linux.Files.OpenFlags.Path | Linux.Files.OpenFlags.Directory);
        return Linux.Files.FileAt.TryStatus(parent, System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path)), out var status, out _) && (status.Type == Linux.Files.FileType.Socket || LinksToSocket(path, status));
    }

    private static bool LinksToSocket(string path, in Linux.Files.FileStatus status) =>
        status.IsSymbolicLink && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } target && IsSocket(target.FullName);
}
