using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace Corten.Daemon.Listening;

/// <summary>
/// TLS for connections over TCP, with the client's certificate checked against an authority of the operator's choice. It is our own middleware
/// because the hijacked streams above it need the connection's real end of input and not that of a layer which closes both ways at once.
/// </summary>
internal sealed class TlsServer
{
    private static readonly TimeSpan _handshakeTime = TimeSpan.FromSeconds(10);

    private readonly SslServerAuthenticationOptions _options;

    /// <param name="certificate">With its private key, and the rest of its chain behind it.</param>
    /// <param name="clientAuthority">Whose clients are let in; null lets in everybody.</param>
    public TlsServer(X509Certificate2 certificate, X509Certificate2Collection chain, X509Certificate2Collection? clientAuthority)
    {
        _options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = clientAuthority is not null,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (clientAuthority is not null)
        {
            _options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            _options.CertificateChainPolicy.CustomTrustStore.AddRange(clientAuthority);
        }
    }

    /// <summary>Kestrel's connection middleware: the handshake, then everything above sees plain bytes.</summary>
    public async Task RunAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        var wire = connection.Transport;
        await using var stream = new SslStream(new DuplexPipeStream(wire), leaveInnerStreamOpen: true);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
            limit.CancelAfter(_handshakeTime);
            await stream.AuthenticateAsServerAsync(_options, limit.Token);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
        {
            // A client without the right certificate, or no TLS client at all: the alert is sent, the connection ends.
            return;
        }

        connection.Transport = new Plain(PipeReader.Create(stream, new(leaveOpen: true)), PipeWriter.Create(stream, new(leaveOpen: true)));
        try
        {
            await next(connection);
        }
        finally
        {
            await connection.Transport.Input.CompleteAsync();
            await connection.Transport.Output.CompleteAsync();
            connection.Transport = wire;
            try
            {
                await stream.ShutdownAsync();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The client closed first: there is nobody to say goodbye to.
            }
        }
    }

    private sealed record Plain(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
