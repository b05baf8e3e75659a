using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Tests.Launching;

/// <summary>Two ends of a stream connection, as an attached client and its daemon have them.</summary>
internal static class StreamPairs
{
    public static (SafeFileHandle, SafeFileHandle) Create() => Linux.Sockets.StreamPair.Create();
}
