using Corten.Linux;
using Corten.Linux.Sockets;
using Corten.Supervision;
using Corten.Supervision.Monitor;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Monitoring;

/// <summary>The daemons that talk to a monitor: the one that started it, and any that connected later. What happens is told to all.</summary>
internal sealed class DaemonLinks(MonitorLoop loop, Action<Attach, SafeFileHandle> attach, Action<Resize> resize)
{
    private readonly Action<Attach, SafeFileHandle> _attach = attach;
    private readonly Action<Resize> _resize = resize;
    private readonly List<Link> _links = [];
    private Door? _door;

    /// <summary>What a daemon that connects is told first.</summary>
    public Started? Started { get; set; }

    public Exited? Exited { get; set; }

    public void Add(SeqpacketSocket socket)
    {
        var link = new Link(this, socket);
        _links.Add(link);
        loop.Add(link);
    }

    /// <summary>Listens on <paramref name="path"/>, in place of whatever a monitor before us left there.</summary>
    public void Listen(string path)
    {
        File.Delete(path);
        _door = new Door(this, path);
        loop.Add(_door);
    }

    /// <summary>Whoever comes from now on finds no socket, and looks for the exit file.</summary>
    public void StopListening() => _door?.Close();

    public void Tell(MonitorMessage message)
    {
        foreach (Link link in _links.ToArray()) link.Tell(message);
    }

    private void Accept(SeqpacketSocket socket)
    {
        Add(socket);
        Link link = _links[^1];
        if (Started is not null) link.Tell(Started);
        if (Exited is not null) link.Tell(Exited);
    }

    /// <summary>One daemon's connection.</summary>
    private sealed class Link(DaemonLinks owner, SeqpacketSocket socket) : IMonitorSource
    {
        private bool _closed;

        public int Descriptor => _closed ? -1 : socket.Handle.Number();

        public PollEvents Wanted => PollEvents.Readable;

        public void OnReady(PollEvents events)
        {
            List<SafeFileHandle> descriptors = [];
            try
            {
                Received<MonitorMessage> received = socket.Receive(SupervisionJson.Default.MonitorMessage, descriptors, wait: false);
                if (received.Ended) Close();
                else if (received.Message is Attach message && descriptors.Count == 1)
                {
                    owner._attach(message, descriptors[0]);
                    descriptors.Clear();
                }
                else if (received.Message is Resize size) owner._resize(size);
            }
            catch (Exception e) when (e is LinuxException or System.Text.Json.JsonException)
            {
                MonitorDiary.Write($"message from the daemon: {e.Message}");
            }
            foreach (SafeFileHandle descriptor in descriptors) descriptor.Dispose();
        }

        /// <summary>A daemon that is gone, or that does not read, misses the message; the exit is on disk.</summary>
        public void Tell(MonitorMessage message)
        {
            if (_closed) return;
            try
            {
                if (!socket.Send(message, SupervisionJson.Default.MonitorMessage, wait: false)) MonitorDiary.Write($"a daemon does not read: {message.GetType().Name} lost");
            }
            catch (LinuxException)
            {
                Close();
            }
        }

        private void Close()
        {
            _closed = true;
            socket.Dispose();
            owner._links.Remove(this);
        }
    }

    /// <summary>monitor.sock.</summary>
    private sealed class Door(DaemonLinks owner, string path) : IMonitorSource
    {
        private readonly SeqpacketListener _listener = SeqpacketListener.Bind(path);
        private bool _closed;

        public int Descriptor => _closed ? -1 : _listener.Handle.Number();

        public PollEvents Wanted => PollEvents.Readable;

        public void OnReady(PollEvents events)
        {
            if (_listener.Accept(wait: false) is { } socket) owner.Accept(socket);
        }

        public void Close()
        {
            if (_closed) return;
            _closed = true;
            File.Delete(path);
            _listener.Dispose();
        }
    }
}
