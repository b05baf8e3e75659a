using System.Net.Sockets;
using System.Text;

namespace Corten.Daemon.Lifetime;

/// <summary>Tells the service manager how far the daemon is (sd_notify(3)); without one there is nobody to tell.</summary>
internal static class ServiceManager
{
    public static void Ready() => Notify("READY=1");

    public static void Stopping() => Notify("STOPPING=1");

    public static void Reloading(bool done) => Notify(done ? "READY=1" : "RELOADING=1");

    private static void Notify(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } path)
        {
            return;
        }

        // A name that begins with @ is in the abstract namespace, where the first byte is 0.
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.SendTo(Encoding.ASCII.GetBytes(state), new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
        }
        catch (SocketException)
        {
            // Whoever wanted to know is gone: a command that started us waited for READY alone.
        }
    }
}
