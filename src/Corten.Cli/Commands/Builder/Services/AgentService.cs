using System.Net.Sockets;
using Corten.Build.BuildKit.Protocol.Session.Agents;
using Corten.Cli.Shell;
using Corten.Client.Grpc;
using Google.Protobuf;

namespace Corten.Cli.Commands.Builder.Services;

/// <summary>Lets steps speak with ssh agents of ours (<c>--ssh</c>). Keys stay with the agent.</summary>
internal sealed class AgentService
{
    private const int BufferSize = 32 << 10;

    private readonly Dictionary<string, string> sockets = [];

    public AgentService(IEnumerable<string> options)
    {
        foreach (var option in options)
        {
            var pair = option.Split('=', 2);
            var id = pair[0].Length > 0 ? pair[0] : "default";
            sockets[id] = SocketOf(pair.Length > 1 ? pair[1] : "");
        }
    }

    public bool Any => sockets.Count > 0;

    public byte[] Check(byte[] request)
    {
        Find(CheckAgentRequest.Parser.ParseFrom(request).Id);
        return [];
    }

    /// <summary>Passes bytes between the call and the agent's socket.</summary>
    public void Forward(GrpcCall call)
    {
        var path = Find(call.Values("buildkit.ssh.id").FirstOrDefault() ?? "");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        var answers = new Thread(() => Answer(call, socket)) { IsBackground = true };
        answers.Start();
        while (call.Receive() is { } message)
        {
            socket.Send(BytesMessage.Parser.ParseFrom(message).Data.Span);
        }
        socket.Shutdown(SocketShutdown.Send);
        answers.Join();
    }

    private static void Answer(GrpcCall call, Socket socket)
    {
        try
        {
            var buffer = new byte[BufferSize];
            for (int count; (count = socket.Receive(buffer)) > 0;)
            {
                call.Send(new BytesMessage { Data = ByteString.CopyFrom(buffer, 0, count) }.ToByteArray());
            }
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone; the loop on the other notices.
        }
    }

    private string Find(string id) => sockets.TryGetValue(id.Length > 0 ? id : "default", out var path) ? path
        : throw new GrpcException(GrpcStatus.NotFound, $"unset ssh forward key {id}");

    private static string SocketOf(string given)
    {
        var path = given.Length > 0 ? given : Environment.GetEnvironmentVariable("SSH_AUTH_SOCK") ?? "";
        if (path.Length == 0)
        {
            throw new CommandException("invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set");
        }
        if (File.Exists(path) && !IsSocket(path))
        {
            throw new CommandException($"{path} is a key, and keys are only served by an agent: run ssh-agent, add the key with ssh-add, and give --ssh its socket");
        }
        return path;
    }

    private static bool IsSocket(string path)
    {
        using var parent = Linux.Files.FileAt.Open(Path.GetDirectoryName(Path.GetFullPath(path))!, Linux.Files.OpenFlags.Path | Linux.Files.OpenFlags.Directory);
        return Linux.Files.FileAt.Status(parent, System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path))).Type == Linux.Files.FileType.Socket;
    }
}
