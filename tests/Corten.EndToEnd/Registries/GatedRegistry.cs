using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Corten.Linux.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Corten.EndToEnd.Registries;

/// <summary>A request that came through a gate, and how many bytes of the answer's body went back.</summary>
public sealed record Passage(string Method, string Path, string Range, string Authorization)
{
    public int Status { get; set; }

    public long Sent { get; set; }
}

/// <summary>What a gate does to a request: answers it itself with a status, or lets only so much of the body through, and then cuts the connection or waits.</summary>
public sealed record Trouble(int Status = 0, long After = -1, bool Stall = false, int? RetryAfter = null);

/// <summary>
/// Debian's <c>docker-registry</c> behind a gate. The registry listens on a unix socket; the gate, this process, in the daemon's network namespace. It writes
/// down what passes, and makes trouble where it is told to.
/// </summary>
public sealed class GatedRegistry : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Process _process;
    private readonly Socket _listener;
    private readonly HttpMessageInvoker _registry;
    private readonly CancellationTokenSource _end = new();
    private WebApplication? _gate;

    private GatedRegistry(string folder, Process process, Socket listener, string authority, TokenIssuer? tokens)
    {
        (_folder, _process, _listener, Authority, Tokens) = (folder, process, listener, authority, tokens);
        _registry = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketOf(folder)), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
    }

    /// <summary>Host and port, as they stand in images' names.</summary>
    public string Authority { get; }

    /// <summary>The token server, of a registry that has one.</summary>
    public TokenIssuer? Tokens { get; }

    public ConcurrentQueue<Passage> Passages { get; } = [];

    /// <summary>Asked for each request.</summary>
    public Func<Passage, Trouble?> Troubles { get; set; } = static _ => null;

    /// <param name="daemon">In whose network namespace the gate stands.</param>
    /// <param name="address">One that the namespace has; a free port is taken.</param>
    /// <param name="withTokens">The registry wants tokens, which the gate gives out at <c>/token</c>.</param>
    /// <param name="certificate">For TLS; null for plain HTTP.</param>
    /// <param name="clients">Over TLS, the only certificate that clients may show, which they have to.</param>
    public static async Task<GatedRegistry> StartAsync(
        CortenDaemon daemon, string address = "127.0.0.1", bool withTokens = false, X509Certificate2? certificate = null, X509Certificate2? clients = null)
    {
        var folder = Directory.CreateTempSubdirectory("corten-gate-").FullName;
        using var threads = new NamespaceThread();
        using var space = NetworkNamespace.Open($"/run/netns/{daemon.Name}");
        var listener = threads.Run(space, () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            socket.Listen();
            return socket;
        });
        var authority = listener.LocalEndPoint!.ToString()!;
        var tokens = withTokens ? new TokenIssuer(Path.Combine(folder, "issuer.pem")) : null;
        var configuration = Path.Combine(folder, "config.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: {{folder}}/data } }
            http: { net: unix, addr: {{SocketOf(folder)}} }
            {{(withTokens ? $"auth: {{ token: {{ realm: \"http://{authority}/token\", service: {TokenIssuer.Service}, issuer: {TokenIssuer.Name}, rootcertbundle: {folder}/issuer.pem }} }}" : "")}}
            """);
        var process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var registry = new GatedRegistry(folder, process, listener, authority, tokens);
        while (!File.Exists(SocketOf(folder)))
        {
            Assert.False(process.HasExited, "docker-registry ended");
            await Task.Delay(10);
        }

        await registry.OpenAsync(certificate, clients);
        return registry;
    }

    /// <summary>The passages of one blob's content.</summary>
    public IReadOnlyList<Passage> BlobReads(string digest) => [.. Passages.Where(p => p.Method == "GET" && p.Path.EndsWith("/blobs/" + digest, StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _gate!.DisposeAsync();
        _registry.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _listener.Dispose();
        _end.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string SocketOf(string folder) => Path.Combine(folder, "registry.sock");

    private async Task OpenAsync(X509Certificate2? certificate, X509Certificate2? clients)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.ListenHandle((ulong)_listener.Handle, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(certificate, https =>
                    {
                        https.ClientCertificateMode = clients is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.RequireCertificate;
                        https.ClientCertificateValidation = (shown, _, _) => shown.Thumbprint == clients?.Thumbprint;
                    });
                }
            });
        });
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.Logging.ClearProviders();
        _gate = builder.Build();
        _gate.Run(PassAsync);
        await _gate.StartAsync();
    }

    private async Task PassAsync(HttpContext context)
    {
        var request = context.Request;
        if (Tokens is not null && request.Path == "/token")
        {
            await Tokens.AnswerAsync(context);
            return;
        }

        var passage = new Passage(request.Method, request.Path, request.Headers.Range.ToString(), request.Headers.Authorization.ToString());
        Passages.Enqueue(passage);
        var trouble = Troubles(passage);
        if (trouble is { Status: > 0 and var status })
        {
            context.Response.StatusCode = passage.Status = status;
            context.Response.Headers.RetryAfter = trouble.RetryAfter?.ToString(CultureInfo.InvariantCulture);
            if (status == StatusCodes.Status429TooManyRequests)
            {
                await context.Response.WriteAsync("""{"errors":[{"code":"TOOMANYREQUESTS","message":"too busy"}]}""");
            }

            return;
        }

        using var answer = await _registry.SendAsync(Copy(request), context.RequestAborted);
        context.Response.StatusCode = passage.Status = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(h => h.Key != "Transfer-Encoding"))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        if (request.Method != "HEAD")
        {
            await SendAsync(context, await answer.Content.ReadAsStreamAsync(), passage, trouble);
        }
    }

    private static HttpRequestMessage Copy(HttpRequest request)
    {
        var copy = new HttpRequestMessage(new HttpMethod(request.Method), $"http://{request.Host}{request.Path}{request.QueryString}");
        if (request.Method is "PUT" or "POST" or "PATCH")
        {
            copy.Content = new StreamContent(request.Body);
        }

        foreach (var (name, values) in request.Headers.Where(h => h.Key is not "Transfer-Encoding"))
        {
            if (!copy.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                copy.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        copy.Headers.TryAddWithoutValidation("X-Forwarded-Proto", request.Scheme);
        return copy;
    }

    private async Task SendAsync(HttpContext context, Stream body, Passage passage, Trouble? trouble)
    {
        var buffer = new byte[64 << 10];
        int read;
        while ((read = await body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            var left = trouble is { After: >= 0 } ? trouble.After - passage.Sent : long.MaxValue;
            var part = (int)Math.Min(read, left);
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, part), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            passage.Sent += part;
            if (part < read)
            {
                if (trouble!.Stall)
                {
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _end.Token);
                    await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                context.Abort();
                return;
            }
        }
    }
}
