using System.Net.Sockets;
using Corten.Build.BuildKit.Protocol.Session;
using Corten.Build.BuildKit.Protocol.Session.Agents;
using Corten.Build.BuildKit.Sessions.Calls;
using Corten.Build.Execution;
using Google.Protobuf;
using Grpc.Core;

namespace Corten.Build.BuildKit.Sessions;

/// <summary>Secrets and ssh agents of a session.</summary>
internal sealed class SessionSecrets(BuildSession session) : IBuildSecrets
{
    private const int AgentBuffer = 32 * 1024;

    public async Task<byte[]?> FindAsync(string id, CancellationToken cancellation)
    {
        if (!session.Serves("/moby.buildkit.secrets.v1.Secrets/GetSecret"))
        {
            return null;
        }

        try
        {
            var answer = await session.Secrets.GetSecretAsync(new GetSecretRequest { Id = id }, cancellationToken: cancellation);
            return answer.Data.ToByteArray();
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.Unimplemented)
        {
            return null;
        }
    }

    public async Task<IAsyncDisposable?> ServeAgentAsync(string id, string socketPath, CancellationToken cancellation)
    {
        if (!session.Serves("/moby.sshforward.v1.SSH/CheckAgent"))
        {
            return null;
        }

        try
        {
            await session.Agents.CheckAgentAsync(new CheckAgentRequest { Id = id }, cancellationToken: cancellation);
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Cancelled)
        {
            // The client serves agents, but none of this name.
            return null;
        }

        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socketPath));
        listener.Listen();
        return new AgentServer(session, id, listener);
    }

    /// <summary>Passes each connection of the socket on to the client's agent.</summary>
    private sealed class AgentServer : IAsyncDisposable
    {
        private readonly BuildSession _session;
        private readonly string _id;
        private readonly Socket _listener;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _accepting;

        public AgentServer(BuildSession session, string id, Socket listener)
        {
            (_session, _id, _listener) = (session, id, listener);
            _accepting = AcceptAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Dispose();
            await _accepting;
            _stop.Dispose();
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    var socket = await _listener.AcceptAsync(_stop.Token);
                    _ = ForwardAsync(new NetworkStream(socket, ownsSocket: true));
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // The step is over.
            }
        }

        private async Task ForwardAsync(NetworkStream local)
        {
            await using (local)
            {
                try
                {
                    using var call = _session.Agents.ForwardAgent(new Metadata { { "buildkit.ssh.id", _id } }, cancellationToken: _stop.Token);
                    await Task.WhenAll(UpAsync(local, call.RequestStream), DownAsync(call.ResponseStream, local));
                }
                catch (Exception e) when (e is RpcException or IOException or SocketException or OperationCanceledException)
                {
                    // One conversation with the agent broke off; the program in the step sees its socket close.
                }
            }
        }

        /// <summary>When the agent has ended the conversation, so is the program's end of it.</summary>
        private async Task DownAsync(IAsyncStreamReader<Protocol.Session.Agents.BytesMessage> responses, NetworkStream local)
        {
            try
            {
                await foreach (var message in responses.ReadAllAsync(_stop.Token))
                {
                    await local.WriteAsync(message.Data.Memory, _stop.Token);
                }
            }
            finally
            {
                local.Socket.Shutdown(SocketShutdown.Both);
            }
        }

        private async Task UpAsync(NetworkStream local, IClientStreamWriter<Protocol.Session.Agents.BytesMessage> requests)
        {
            var buffer = new byte[AgentBuffer];
            try
            {
                for (int count; (count = await local.ReadAsync(buffer, _stop.Token)) > 0;)
                {
                    await requests.WriteAsync(new Protocol.Session.Agents.BytesMessage { Data = ByteString.CopyFrom(buffer, 0, count) }, _stop.Token);
                }
            }
            finally
            {
                await requests.CompleteAsync();
            }
        }
    }
}
