using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Corten.Daemon.Configuration;
using Corten.Daemon.Diagnostics;
using Corten.Daemon.Http;
using Corten.Daemon.Lifetime;
using Corten.Daemon.Listening;

namespace Corten.Daemon.Tests.Http;

/// <summary>TCP with mutual TLS, on loopback, with an authority made for the test.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("corten-tls-tests-").FullName;
    private readonly X509Certificate2 _authority = Authority("CN=test authority");

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Clients_of_the_authority_are_served_and_can_hijack()
    {
        var (server, port) = await StartAsync();
        await using (server)
        {
            using var client = Issued("CN=client", _authority);
            await using var stream = await ConnectAsync(port, client);
            await stream.WriteAsync("POST /echo HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nhello"u8.ToArray(), TestContext.Current.CancellationToken);
            await stream.ShutdownAsync();
            using var reader = new StreamReader(stream);
            var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith("HTTP/1.1 101 UPGRADED", answer, StringComparison.Ordinal);
            Assert.EndsWith("\r\n\r\nhello|end", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Others_are_not(bool withCertificate)
    {
        var (server, port) = await StartAsync();
        await using (server)
        {
            using var stranger = Authority("CN=stranger");
            using var client = withCertificate ? Issued("CN=client", stranger) : null;
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await using var stream = await ConnectAsync(port, client);
                await stream.WriteAsync("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
                if (await stream.ReadAsync(new byte[10], TestContext.Current.CancellationToken) == 0)
                {
                    throw new AuthenticationException("closed");
                }
            });
        }
    }

    private async Task<(EngineServer Server, int Port)> StartAsync()
    {
        using var certificate = Issued("CN=localhost", _authority);
        await File.WriteAllTextAsync(Path("ca.pem"), _authority.ExportCertificatePem());
        await File.WriteAllTextAsync(Path("cert.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path("key.pem"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var tls = TlsFiles.Load(new DaemonOptions
        {
            TlsVerify = true, TlsCaCertificate = Path("ca.pem"), TlsCertificate = Path("cert.pem"), TlsKey = Path("key.pem"),
        });
        var routes = new RouteTable().Get("/_ping", c => c.WriteTextAsync("OK")).Post("/echo", async context =>
        {
            await using var stream = await context.HijackAsync("application/vnd.docker.raw-stream");
            var buffer = new byte[100];
            int count;
            while ((count = await stream.ReadAsync(buffer)) > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, count));
            }

            await stream.WriteAsync("|end"u8.ToArray());
        });
        var port = FreePort();
        var server = new EngineServer([new ListenAddress.Tcp(new IPEndPoint(IPAddress.Loopback, port))], tls, groupId: null);
        await server.StartAsync(
            new EngineApplication(routes, new EngineIdentity { Version = "28.5.2", Id = "test" }, new Log(TextWriter.Null), new IdleMemory(static () => { })), CancellationToken.None);
        return (server, port);
    }

    private static async Task<SslStream> ConnectAsync(int port, X509Certificate2? client)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            ClientCertificateContext = client is null ? null : SslStreamCertificateContext.Create(client, [], offline: true),
        });
        return stream;
    }

    private static int FreePort()
    {
        using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private string Path(string name) => System.IO.Path.Combine(_folder, name);

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static X509Certificate2 Issued(string name, X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
