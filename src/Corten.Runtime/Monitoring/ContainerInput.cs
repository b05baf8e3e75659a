using Corten.Linux;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Monitoring;

/// <summary>The container's stdin: a pipe's write end, or the terminal's master. What it does not take at once waits here, and no client is read meanwhile.</summary>
/// <param name="handle">The descriptor, in non-blocking mode.</param>
/// <param name="once">StdinOnce: the first client's end of input is the container's.</param>
/// <param name="terminal">A terminal is not closed by who types at it.</param>
internal sealed class ContainerInput(SafeFileHandle handle, bool once, bool terminal) : IMonitorSource
{
    private byte[] _pending = [];
    private int _start;
    private int _end;
    private bool _closing;

    public int Descriptor { get; private set; } = handle.Number();

    public bool HasPending => _end > _start;

    public PollEvents Wanted => HasPending ? PollEvents.Writable : PollEvents.None;

    public void OnReady(PollEvents events)
    {
        // A pipe without readers fails: the container has closed its stdin.
        if ((events & (PollEvents.Failed | PollEvents.HungUp)) != 0 && !terminal) Close();
        else if ((events & PollEvents.HungUp) != 0) Descriptor = -1;
        else if (HasPending) Flush();
    }

    public void Write(ReadOnlySpan<byte> data)
    {
        if (Descriptor < 0) return;
        try
        {
            int written = Math.Max(Linux.Descriptor.Write(Descriptor, data), 0);
            if (written == data.Length) return;
            _pending = data[written..].ToArray();
            _start = 0;
            _end = _pending.Length;
        }
        catch (LinuxException e) when (e.Errno is Errno.EPIPE or Errno.EIO)
        {
            Close();
        }
    }

    public void ClientEnded()
    {
        if (!once || terminal) return;
        _closing = true;
        if (!HasPending) Close();
    }

    private void Flush()
    {
        try
        {
            int written = Linux.Descriptor.Write(Descriptor, _pending.AsSpan(_start, _end - _start));
            if (written > 0) _start += written;
        }
        catch (LinuxException e) when (e.Errno is Errno.EPIPE or Errno.EIO)
        {
            Close();
            return;
        }
        if (HasPending) return;
        _pending = [];
        _start = _end = 0;
        if (_closing) Close();
    }

    private void Close()
    {
        _pending = [];
        _start = _end = 0;
        if (Descriptor < 0) return;
        Descriptor = -1;
        // The master is the output's too, and closed with it.
        if (!terminal) handle.Dispose();
    }
}
