using Corten.Linux;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Monitoring;

/// <summary>Init's pidfd: readable when it has ended.</summary>
internal sealed class ExitSource(SafeFileHandle pidfd) : IMonitorSource
{
    public bool HasEnded { get; private set; }

    public int Descriptor => HasEnded ? -1 : pidfd.Number();

    public PollEvents Wanted => PollEvents.Readable;

    public void OnReady(PollEvents events) => HasEnded = true;
}
