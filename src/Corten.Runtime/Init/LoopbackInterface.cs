using Corten.Linux.Net;

namespace Corten.Runtime.Init;

/// <summary>A new network namespace has lo, and lo is down.</summary>
internal static class LoopbackInterface
{
    /// <summary>The first interface of every network namespace.</summary>
    private const int Index = 1;

    public static void BringUp()
    {
        using var socket = new RouteSocket();
        socket.Run(new RouteBatch().Up(Index));
    }
}
