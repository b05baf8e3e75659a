using System.Buffers.Binary;
using System.Net.Sockets;

namespace Corten.Cli.Commands.Builder.Keys;

/// <summary>One conversation in the protocol of ssh agents (draft-miller-ssh-agent): each message is answered by one. Both go without their length.</summary>
internal interface IAgentConversation : IDisposable
{
    byte[] Answer(byte[] message);
}

internal static class AgentMessage
{
    public const byte Failure = 5, RequestIdentities = 11, Identities = 12, SignRequest = 13, Signature = 14;

    /// <summary>As agents bound them themselves.</summary>
    public const int MaxLength = 256 << 10;
}

/// <summary>Keys of files. They are listed and sign, and stay here.</summary>
internal sealed class KeyRing(IReadOnlyList<SshKey> keys) : IAgentConversation
{
    public byte[] Answer(byte[] message)
    {
        try
        {
            var reader = new SshReader(message);
            return reader.Byte() switch
            {
                AgentMessage.RequestIdentities => List(),
                AgentMessage.SignRequest => Sign(ref reader),
                _ => [AgentMessage.Failure],
            };
        }
        catch (FormatException)
        {
            return [AgentMessage.Failure];
        }
    }

    public void Dispose()
    {
    }

    private byte[] List()
    {
        var answer = new SshWriter().Byte(AgentMessage.Identities).Number((uint)keys.Count);
        foreach (var key in keys)
        {
            answer.Bytes(key.Public).Text(""); // No comment: it would be a path of this machine.
        }
        return answer.Finish();
    }

    private byte[] Sign(ref SshReader request)
    {
        var wanted = request.Bytes();
        var data = request.Bytes();
        var flags = request.Number();
        foreach (var key in keys)
        {
            if (wanted.SequenceEqual(key.Public))
            {
                return new SshWriter().Byte(AgentMessage.Signature).Bytes(key.Sign(data, flags)).Finish();
            }
        }
        return [AgentMessage.Failure];
    }
}

/// <summary>An agent behind a socket. A step may have keys listed and used: what would change the agent (keys added, removed, locked) is refused here.</summary>
internal sealed class SocketAgent : IAgentConversation
{
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public SocketAgent(string path) => socket.Connect(new UnixDomainSocketEndPoint(path));

    public byte[] Answer(byte[] message)
    {
        if (message is not [AgentMessage.RequestIdentities or AgentMessage.SignRequest, ..])
        {
            return [AgentMessage.Failure];
        }
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, message.Length);
        Send([.. length, .. message]);
        Receive(length);
        var answer = new byte[BinaryPrimitives.ReadUInt32BigEndian(length) is <= AgentMessage.MaxLength and var count ? (int)count : throw new IOException("the ssh agent's answer is too long")];
        Receive(answer);
        return answer;
    }

    public void Dispose() => socket.Dispose();

    private void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    private void Receive(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = socket.Receive(bytes) is > 0 and var count ? bytes[count..] : throw new IOException("the ssh agent has closed the connection");
        }
    }
}
