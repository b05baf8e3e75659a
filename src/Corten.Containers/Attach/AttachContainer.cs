using System.Net.Sockets;
using Corten.Containers.Exec;
using Corten.Containers.Logs;
using Corten.Containers.Model;
using Corten.Linux.Sockets;
using Corten.Oci.Errors;
using Corten.Supervision.Monitor;
using AttachMessage = Corten.Supervision.Monitor.Attach;

namespace Corten.Containers.Attach;

/// <summary>What a client wants of an attachment.</summary>
/// <param name="Logs">First what was written before.</param>
/// <param name="Stream">Then what comes.</param>
public sealed record AttachOptions(bool Logs, bool Stream, bool Stdin, bool Stdout, bool Stderr, DetachKeys Keys);

/// <summary>
/// Joins a client to a container's streams. The monitor serves the streams; between it and the client the daemon only copies, and looks for the
/// detach keys. A client may attach before the start: its socket goes with the start, so that it sees the first byte.
/// </summary>
public sealed class AttachContainer
{
    private readonly ContainerCore _core;
    private readonly ReadLogs _logs;

    internal AttachContainer(ContainerCore core, ReadLogs logs) => (_core, _logs) = (core, logs);

    /// <summary>Whether its output comes framed: it does unless it has a terminal.</summary>
    public bool IsFramed(string idOrName) => !_core.Registry.Find(idOrName).Record.Config.Tty;

    /// <summary>
    /// Refuses what can't be attached to, while a status can still be answered, and joins the client. That comes before it is told that it is attached: a start
    /// that follows at once must find it waiting, or the first bytes pass it by.
    /// </summary>
    /// <returns>To be served, and disposed of in any case.</returns>
    public JoinedClient Join(string idOrName, AttachOptions options)
    {
        var container = _core.Registry.Find(idOrName);
        return container.Status switch
        {
            { Paused: true } => throw CortenException.Conflict($"container {idOrName} is paused, unpause the container before attach"),
            { Phase: Phase.Restarting } => throw CortenException.Conflict($"container {idOrName} is restarting, wait until the container is running"),
            _ => new JoinedClient(container, options, options is { Stream: true } and not { Stdin: false, Stdout: false, Stderr: false } ? Join(container, options) : null),
        };
    }

    /// <summary>Serves the client until it goes or the output ends.</summary>
    /// <param name="joined">Before the log is read: nothing can fall between the two.</param>
    /// <param name="client">Raw bytes both ways.</param>
    /// <param name="gone">The client is gone in both directions.</param>
    public async Task RunAsync(JoinedClient joined, Stream client, CancellationToken gone)
    {
        var (container, options) = (joined.Container, joined.Options);
        _core.Events.Publish(container, "attach");
        try
        {
            if (options.Logs)
            {
                await _logs.ReplayAsync(container, client, options.Stdout, options.Stderr, gone);
            }

            if (joined.Attachment is { } attachment)
            {
                await PumpAsync(container, client, attachment, options, gone);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The client or the container went away: either way there is nobody to tell.
        }
    }

    /// <summary>A client that takes part in a container's streams, or will from its start on.</summary>
    public sealed class JoinedClient : IDisposable
    {
        internal JoinedClient(Container container, AttachOptions options, Attachment? attachment) => (Container, Options, Attachment) = (container, options, attachment);

        public Container Container { get; }

        internal AttachOptions Options { get; }

        internal Attachment? Attachment { get; }

        public void Dispose()
        {
            Attachment?.Dispose();
            if (Attachment?.Pending is { } pending)
            {
                Container.Attachments.Withdraw(pending);
            }
        }
    }

    private static Attachment Join(Container container, AttachOptions options)
    {
        var streams = new AttachStreams(options.Stdin && container.Record.Config.OpenStdin, options.Stdout, options.Stderr);
        var (ours, theirs) = StreamPair.Create();
        var socket = PipeStreams.Socket(ours);
        if (container.Run is { } run)
        {
            using (theirs)
            {
                run.Monitor.Send(new AttachMessage { Streams = streams }, theirs);
            }

            return new Attachment(socket, streams, null);
        }

        var pending = new PendingAttachment(streams, theirs);
        container.Attachments.Add(pending);
        return new Attachment(socket, streams, pending);
    }

    private async Task PumpAsync(Container container, Stream client, Attachment attachment, AttachOptions options, CancellationToken gone)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone);
        var output = attachment.CopyOutputAsync(client, end.Token);
        var input = options.Stdin ? attachment.CopyInputAsync(client, container.Record.Config.Tty ? options.Keys : null, end.Token) : Attachment.NoInputAsync(end.Token);
        var first = await Task.WhenAny(output, input).ConfigureAwait(false);
        if (first == input && await input.ConfigureAwait(false))
        {
            _core.Events.Publish(container, "detach");
            attachment.Dispose();
            await end.CancelAsync();
            return;
        }

        await output.ConfigureAwait(false);
        await end.CancelAsync();
    }

    internal sealed class Attachment(Socket socket, AttachStreams streams, PendingAttachment? pending) : IDisposable
    {
        public PendingAttachment? Pending => pending;

        public async Task CopyOutputAsync(Stream client, CancellationToken cancellationToken)
        {
            await using var stream = new NetworkStream(socket, ownsSocket: false);
            await stream.CopyToAsync(client, cancellationToken).ConfigureAwait(false);
        }

        /// <returns>True when the client asked to be detached.</returns>
        public async Task<bool> CopyInputAsync(Stream client, DetachKeys? keys, CancellationToken cancellationToken)
        {
            try
            {
                var detached = await InputPump.RunAsync(client, SendAsync, keys, cancellationToken).ConfigureAwait(false);
                if (!detached)
                {
                    socket.Shutdown(SocketShutdown.Send);
                }

                return detached;
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                return false;
            }
        }

        /// <summary>A client that sends nothing stays until the output ends or it goes.</summary>
        public static async Task<bool> NoInputAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return false;
        }

        public void Dispose() => socket.Dispose();

        private async ValueTask SendAsync(ReadOnlyMemory<byte> data)
        {
            if (!streams.Stdin)
            {
                return;
            }

            while (data.Length > 0)
            {
                data = data[await socket.SendAsync(data).ConfigureAwait(false)..];
            }
        }
    }
}
