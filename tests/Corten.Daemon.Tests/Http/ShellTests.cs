using System.Globalization;
using System.Net;
using System.Text;
using Corten.Daemon.Http;
using Corten.EngineApi.Volumes;
using Corten.Oci.Errors;

namespace Corten.Daemon.Tests.Http;

/// <summary>What every endpoint gets from the shell: versions, routes, decoding, errors, in the reference engine's words.</summary>
public class ShellTests
{
    private static void Routes(RouteTable routes)
    {
        routes.Get("/_ping", c => c.WriteTextAsync("OK"));
        routes.Get("/fail/{kind}", c => throw new CortenException(Enum.Parse<ErrorKind>(c.Route["kind"]), "words"));
        routes.Get("/images/{name*}/json", c => c.WriteTextAsync(c.Route["name"]));
        routes.Get("/query", c => c.WriteTextAsync(
            string.Create(CultureInfo.InvariantCulture, $"{c.Query.Bool("b")} {c.Query.Bool("d", true)} {c.Query.Int("n")} {string.Join(',', c.Query.All("a"))}")));
        routes.Post("/create", async c =>
        {
            var request = await c.ReadJsonAsync(VolumesJson.Plain.CreateOptions);
            await c.WriteTextAsync($"{request.Name} {request.Labels?.Count}");
        });
        routes.Post("/optional", async c => await c.WriteTextAsync((await c.TryReadJsonAsync(VolumesJson.Plain.CreateOptions))?.Name ?? "none"));
        routes.Get("/progress/{lines}", c => c.WriteProgressAsync(async (progress, cancellation) =>
        {
            for (var i = 0; i < int.Parse(c.Route["lines"], CultureInfo.InvariantCulture); i++)
            {
                await progress.StatusAsync("id", "going", cancellationToken: cancellation);
            }

            throw CortenException.NotFound("gone");
        }));
        routes.Get("/cut", async c =>
        {
            var body = await c.StartStreamAsync("application/x-tar");
            await body.WriteAsync(new byte[10], c.Aborted);
            throw CortenException.Internal("half way");
        });
        routes.Get("/sync", c => SynchronousBody.AnswerAsync(c, "application/x-tar", (stream, _) =>
        {
            for (var i = 0; i < 100; i++)
            {
                stream.Write(new byte[50_000]);
            }

            return Task.CompletedTask;
        }));
    }

    [Theory]
    [InlineData("/_ping", 200, "OK")]
    [InlineData("/v1.24/_ping", 200, "OK")]
    [InlineData("/v1.51/_ping", 200, "OK")]
    [InlineData("/v1.23/_ping", 400, "client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version\n")]
    [InlineData("/v1.99/_ping", 400, "{\"message\":\"client version 1.99 is too new. Maximum supported API version is 1.51\"}\n")]
    [InlineData("/v1.51/nope", 404, "{\"message\":\"page not found\"}\n")]
    [InlineData("/_ping/", 404, "{\"message\":\"page not found\"}\n")]
    [InlineData("/images//json", 301, "")]
    [InlineData("/images/localhost:5000/a/b/json", 200, "localhost:5000/a/b")]
    [InlineData("/images/a%2Fb/json", 200, "a/b")]
    [InlineData("/fail/NotFound", 404, "{\"message\":\"words\"}\n")]
    [InlineData("/fail/Conflict", 409, "{\"message\":\"words\"}\n")]
    [InlineData("/fail/Unavailable", 503, "{\"message\":\"words\"}\n")]
    [InlineData("/fail/NotModified", 304, "")]
    [InlineData("/query?b=None&d=0&n=5&a=x&a=y", 200, "False False 5 x,y")]
    [InlineData("/query?b=yes", 200, "True True  ")]
    [InlineData("/query?n=x", 400, "{\"message\":\"strconv.Atoi: parsing \\\"x\\\": invalid syntax\"}\n")]
    [InlineData("/progress/0", 404, "{\"message\":\"gone\"}\n")]
    [InlineData("/progress/1", 200, "{\"status\":\"going\",\"progressDetail\":{},\"id\":\"id\"}\r\n{\"errorDetail\":{\"message\":\"gone\"},\"error\":\"gone\"}\r\n")]
    public async Task Requests_are_answered_as_the_reference_engine_answers(string path, int status, string body)
    {
        await using var server = await TestServer.StartAsync(Routes);
        using var http = server.CreateClient();
        using var response = await http.GetAsync("http://d" + path, TestContext.Current.CancellationToken);
        Assert.Equal((status, body), ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("{\"Name\":\"x\"}", "application/json", 200, "x ")]
    [InlineData("{\"nAmE\":\"x\",\"Unknown\":[1],\"Labels\":{\"a\":\"b\"}}", "application/json; charset=utf-8", 200, "x 1")]
    [InlineData("{\"Name\":null}", "application/json", 200, " ")]
    [InlineData("", "application/json", 400, "invalid JSON: got EOF while reading request body")]
    [InlineData("{", "application/json", 400, "invalid JSON: unexpected EOF")]
    [InlineData("x", "application/json", 400, "invalid JSON: invalid character 'x' looking for beginning of value")]
    [InlineData("{} x", "application/json", 400, "unexpected content after JSON")]
    [InlineData("{}{}", "application/json", 400, "unexpected content after JSON")]
    [InlineData("{}", "text/plain", 400, "unsupported Content-Type header (text/plain): must be 'application/json'")]
    [InlineData("{\"Name\":1}", "application/json", 400, "invalid JSON: json: cannot unmarshal number into Go struct field CreateOptions.Name of type string")]
    [InlineData("{\"Labels\":{\"a\":1}}", "application/json", 400, "invalid JSON: json: cannot unmarshal number into CreateOptions.Labels.a of type string")]
    [InlineData("{\"Labels\":[]}", "application/json", 400, "invalid JSON: json: cannot unmarshal array into Go struct field CreateOptions.Labels of type map[string]string")]
    [InlineData("[]", "application/json", 400, "invalid JSON: json: cannot unmarshal array into Go value of type CreateOptions")]
    public async Task Bodies_are_decoded_by_the_rules_of_Go(string body, string type, int status, string words)
    {
        await using var server = await TestServer.StartAsync(Routes);
        using var http = server.CreateClient();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var response = await http.PostAsync("http://d/create", content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200 ? words : $"{{\"message\":\"{words.Replace("\"", "\\\"", StringComparison.Ordinal)}\"}}\n", text);
    }

    [Fact]
    public async Task A_body_that_may_be_left_out_may_be_left_out()
    {
        await using var server = await TestServer.StartAsync(Routes);
        using var http = server.CreateClient();
        using var response = await http.PostAsync("http://d/optional", null, TestContext.Current.CancellationToken);
        Assert.Equal("none", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_endless_body_is_refused_and_the_daemon_goes_on()
    {
        await using var server = await TestServer.StartAsync(Routes);
        using var http = server.CreateClient();
        using var content = new ByteArrayContent(new byte[JsonBody.MaxLength + 100_000]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var response = await http.PostAsync("http://d/create", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("too large", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("OK", await http.GetStringAsync("http://d/_ping", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_client_that_sends_byte_by_byte_is_served()
    {
        await using var server = await TestServer.StartAsync(Routes);
        using var client = await server.ConnectAsync();
        foreach (var c in "POST /create HTTP/1.1\r\nHost: d\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"Name\":\"x\"}")
        {
            await client.SendAsync(c.ToString());
        }

        Assert.EndsWith("x ", await client.ReceiveTextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nbroken header\r\n\r\n")]
    [InlineData("POST /create HTTP/1.1\r\nHost: d\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("POST /create HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nzz\r\n")]
    public async Task What_is_no_request_is_refused(string request)
    {
        await using var server = await TestServer.StartAsync(Routes);
        using var client = await server.ConnectAsync();
        await client.SendAsync(request);
        client.HalfClose();
        Assert.StartsWith("HTTP/1.1 400 ", await client.ReceiveTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_says_who_answers_and_options_are_empty()
    {
        await using var server = await TestServer.StartAsync(Routes);
        using var http = server.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Options, "http://d/any/thing");
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, response.Content.Headers.ContentLength);
        Assert.Equal("Docker/28.5.2 (linux)", response.Headers.Server.ToString());
        Assert.Equal("1.51", response.Headers.GetValues("Api-Version").Single());
        Assert.Equal("linux", response.Headers.GetValues("Ostype").Single());
        Assert.Equal("false", response.Headers.GetValues("Docker-Experimental").Single());
    }

    [Fact]
    public async Task A_stream_that_fails_half_way_is_cut_and_not_ended()
    {
        await using var server = await TestServer.StartAsync(Routes);
        using var http = server.CreateClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetByteArrayAsync("http://d/cut", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_written_synchronously_arrives_whole()
    {
        await using var server = await TestServer.StartAsync(Routes);
        using var http = server.CreateClient();
        Assert.Equal(5_000_000, (await http.GetByteArrayAsync("http://d/sync", TestContext.Current.CancellationToken)).Length);
    }
}
