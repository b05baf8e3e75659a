using System.Net;
using System.Net.Sockets;
using System.Text;
using Corten.Oci.Errors;

namespace Corten.Client.Tests;

/// <summary>The transport against a server that says exactly what a test wants, byte for byte.</summary>
public sealed class EngineClientTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("corten-client-").FullName;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private int connections;

    public EngineClientTests()
    {
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder, "s")));
        listener.Listen();
    }

    public void Dispose()
    {
        listener.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private EngineClient Client() => new(new EngineClientOptions { Address = EngineAddress.Parse($"unix://{folder}/s", tls: false) });

    /// <summary>Serves each connection by the script: gets the head of each request, answers what is written back.</summary>
    private void Serve(Func<string, Socket, string?> answer)
    {
        new Thread(() =>
        {
            try
            {
                while (true)
                {
                    var socket = listener.Accept();
                    Interlocked.Increment(ref connections);
                    new Thread(() => Serve(socket, answer)) { IsBackground = true }.Start();
                }
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
            }
        }) { IsBackground = true }.Start();
    }

    private static void Serve(Socket socket, Func<string, Socket, string?> answer)
    {
        using var owned = socket;
        var request = new StringBuilder();
        var next = new byte[1];
        while (socket.Receive(next) == 1)
        {
            request.Append((char)next[0]);
            if (request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                if (answer(request.ToString(), socket) is not { } text)
                {
                    return;
                }
                socket.Send(Encoding.UTF8.GetBytes(text));
                request.Clear();
            }
        }
    }

    [Fact]
    public void A_connection_is_used_again_once_its_response_was_read()
    {
        Serve(static (_, _) => "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
        using var client = Client();
        for (var i = 0; i < 3; i++)
        {
            using var json = client.GetJson("/x");
            Assert.Equal(1, json.RootElement.GetProperty("a").GetInt32());
        }
        Assert.Equal(1, connections);
    }

    [Fact]
    public void Chunks_are_joined_and_trailers_passed_over()
    {
        Serve(static (_, _) => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\n{\"a\"\r\n3\r\n:2}\r\n0\r\nTrailer: x\r\n\r\n");
        using var client = Client();
        for (var i = 0; i < 2; i++)
        {
            using var json = client.GetJson("/x");
            Assert.Equal(2, json.RootElement.GetProperty("a").GetInt32());
        }
        Assert.Equal(1, connections);
    }

    [Fact]
    public void A_kept_connection_that_died_is_replaced_without_notice()
    {
        var served = 0;
        Serve((_, _) => Interlocked.Increment(ref served) % 2 == 1 ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" : null);
        using var client = Client();
        client.GetJson("/a").Dispose();
        client.GetJson("/b").Dispose();
        Assert.Equal(2, connections);
    }

    [Theory]
    [InlineData(404, ErrorKind.NotFound)]
    [InlineData(409, ErrorKind.Conflict)]
    [InlineData(400, ErrorKind.InvalidArgument)]
    [InlineData(500, ErrorKind.Internal)]
    public void Refusals_carry_the_engines_words(int status, ErrorKind kind)
    {
        Serve((_, _) => $"HTTP/1.1 {status} X\r\nContent-Length: 18\r\n\r\n{{\"message\":\"words\"}}"[..^0].Replace("18", "19"));
        using var client = Client();
        var refused = Assert.Throws<EngineException>(() => client.Do("GET", "/x"));
        Assert.Equal((kind, (HttpStatusCode)status, "words"), (refused.Kind, refused.Status, refused.Message));
    }

    [Fact]
    public void An_older_engine_is_asked_again_in_its_own_version()
    {
        Serve(static (request, _) => request.Contains("/v1.40/", StringComparison.Ordinal) ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
            : "HTTP/1.1 400 X\r\nContent-Length: 90\r\n\r\n" + "{\"message\":\"client version 1.51 is too new. Maximum supported API version is 1.40\"}".PadRight(90));
        using var client = Client();
        client.GetJson("/x").Dispose();
        Assert.Equal("1.40", client.ApiVersion);
    }

    [Fact]
    public void A_hijacked_connection_half_closes_and_goes_on_reading()
    {
        Serve(static (_, socket) =>
        {
            socket.Send("HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nfirst"u8);
            var buffer = new byte[100];
            int count;
            var all = new StringBuilder();
            while ((count = socket.Receive(buffer)) > 0)
            {
                all.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
            socket.Send(Encoding.UTF8.GetBytes("/" + all));
            return null;
        });
        using var client = Client();
        using var connection = client.Hijack(new EngineRequest("POST", "/attach"));
        connection.Write("typed"u8);
        connection.CloseWrite();
        using var reader = new StreamReader(connection);
        Assert.Equal("first/typed", reader.ReadToEnd());
    }

    [Fact]
    public void An_upgrade_that_is_refused_is_an_error()
    {
        Serve(static (_, _) => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        using var client = Client();
        Assert.Equal("unable to upgrade to tcp, received 200", Assert.Throws<EngineUnreachableException>(() => client.Hijack(new EngineRequest("POST", "/a"))).Message);
    }

    [Theory]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nbroken\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")]
    [InlineData("HTTP/1.1 2")]
    public void What_is_not_HTTP_is_an_error(string answer)
    {
        Serve((_, socket) =>
        {
            socket.Send(Encoding.ASCII.GetBytes(answer));
            return null;
        });
        using var client = Client();
        Assert.Throws<EngineUnreachableException>(() => client.Do("GET", "/x"));
    }

    [Fact]
    public void A_body_that_breaks_off_is_an_error()
    {
        Serve(static (_, socket) =>
        {
            socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"u8);
            return null;
        });
        using var client = Client();
        Assert.Throws<EndOfStreamException>(() => client.GetJson("/x"));
    }

    [Fact]
    public void Nobody_there_says_so_and_may_be_started_once()
    {
        var address = EngineAddress.Parse($"unix://{folder}/none", tls: false);
        var asked = 0;
        using var client = new EngineClient(new EngineClientOptions { Address = address, WhenNobodyListens = () => ++asked > 1 });
        var failure = Assert.Throws<EngineUnreachableException>(() => client.Do("GET", "/x"));
        Assert.Equal($"Cannot connect to the Docker daemon at unix://{folder}/none. Is the docker daemon running?", failure.Message);
        Assert.True(failure.NobodyListens);
        Assert.Throws<EngineUnreachableException>(() => client.Do("GET", "/x"));
        Assert.Equal(1, asked);
    }

    [Fact]
    public void Cancelling_ends_a_wait()
    {
        Serve(static (_, socket) =>
        {
            socket.Receive(new byte[1]);
            return null;
        });
        using var client = Client();
        using var source = new CancellationTokenSource();
        source.CancelAfter(50);
        Assert.Throws<OperationCanceledException>(() => client.Do("GET", "/x", cancellationToken: source.Token));
    }

    [Fact]
    public void Header_values_cannot_begin_another_header()
    {
        Serve(static (_, _) => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var client = Client();
        Assert.Throws<CortenException>(() => client.Send(new EngineRequest("GET", "/x") { Headers = [KeyValuePair.Create("A", "b\r\nC: d")] }));
    }

    [Fact]
    public void A_body_of_unknown_length_goes_out_in_chunks()
    {
        var bodies = new List<string>();
        Serve((request, socket) =>
        {
            if (request.StartsWith("PUT", StringComparison.Ordinal))
            {
                var text = new StringBuilder();
                var next = new byte[1];
                while (!text.ToString().EndsWith("0\r\n\r\n", StringComparison.Ordinal) && socket.Receive(next) == 1)
                {
                    text.Append((char)next[0]);
                }
                bodies.Add(text.ToString());
            }
            return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        });
        using var client = Client();
        using (client.Send(new EngineRequest("PUT", "/x") { WriteBody = static body => body.Write("hello"u8) }))
        {
            Assert.Equal(["5\r\nhello\r\n0\r\n\r\n"], bodies);
        }
    }
}
