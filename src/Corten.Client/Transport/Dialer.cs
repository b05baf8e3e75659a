using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Corten.Linux;
using Corten.Linux.Sockets;
using Corten.Oci.Errors;

namespace Corten.Client.Transport;

/// <summary>Opens connections to one daemon.</summary>
internal sealed class Dialer(EngineAddress address, TlsSettings? tls)
{
    /// <exception cref="EngineUnreachableException">Nobody answers.</exception>
    public EngineConnection Dial() => address.Transport switch
    {
        EngineTransport.Unix => DialUnix(),
        EngineTransport.Tcp => DialTcp(),
        _ => SshConnection.Open(address),
    };

    private UnixConnection DialUnix()
    {
        // sockaddr_un has room for 107 bytes and a zero (unix(7)).
        if (Encoding.UTF8.GetByteCount(address.Target) > 107)
        {
            throw CortenException.Invalid($"unix socket path {GoQuoted(address.Target)} is too long");
        }
        try
        {
            return new UnixConnection(StreamSocket.Connect(address.Target));
        }
        catch (LinuxException failure)
        {
            throw failure.Errno is Errno.EACCES or Errno.EPERM
                ? new EngineUnreachableException(
                    $"permission denied while trying to connect to the Docker daemon socket at {address.Text}: dial unix {address.Target}: connect: permission denied",
                    nobodyListens: false, failure)
                : Nobody(failure);
        }
    }

    private SocketConnection DialTcp()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(address.Target, address.Port);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw failure.SocketErrorCode is SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData
                ? new EngineUnreachableException($"error during connect: dial tcp: lookup {address.Target}: no such host", nobodyListens: false, failure)
                : Nobody(failure);
        }
        var plain = new NetworkStream(socket, ownsSocket: false);
        return new SocketConnection(socket, tls is null ? plain : Secure(socket, plain, tls));
    }

    private SslStream Secure(Socket socket, NetworkStream plain, TlsSettings settings)
    {
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            secure.AuthenticateAsClient(settings.Options(address.Target));
            return secure;
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            secure.Dispose();
            socket.Dispose();
            var reason = failure is AuthenticationException ? "tls: failed to verify certificate" : "tls: handshake failure";
            throw new EngineUnreachableException($"error during connect: {address.Text}: {reason}", nobodyListens: false, failure);
        }
    }

    private EngineUnreachableException Nobody(Exception failure)
        => new($"Cannot connect to the Docker daemon at {address.Text}. Is the docker daemon running?", nobodyListens: true, failure);

    private static string GoQuoted(string text) => $"\"{text}\"";
}
