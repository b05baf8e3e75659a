using Corten.Linux;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Monitoring;

/// <summary>One of the container's output pipes, or its terminal's master.</summary>
internal sealed class OutputSource(SafeFileHandle handle, OutputStream stream, OutputHub hub, byte[] buffer) : IMonitorSource
{
    public int Descriptor { get; private set; } = handle.Number();

    public PollEvents Wanted => PollEvents.Readable;

    public bool IsPaused => hub.IsBlocked;

    public bool Ended => Descriptor < 0;

    public void OnReady(PollEvents events)
    {
        if (hub.IsBlocked) return;
        int length = Read();
        if (length < 0) return;
        if (length > 0)
        {
            hub.Write(stream, buffer.AsSpan(0, AttachedClient.HeaderSize + length));
            return;
        }
        hub.End(stream);
        Descriptor = -1;
        handle.Dispose();
    }

    /// <summary>A master answers EIO when nobody has the slave open any more.</summary>
    private int Read()
    {
        try
        {
            return Linux.Descriptor.Read(Descriptor, buffer.AsSpan(AttachedClient.HeaderSize));
        }
        catch (LinuxException e) when (e.Errno == Errno.EIO)
        {
            return 0;
        }
    }
}
