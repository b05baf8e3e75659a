using System.Net.Http.Headers;
using System.Text;
using Corten.Daemon.Endpoints.Checkpoints;
using Corten.Daemon.Endpoints.Plugins;
using Corten.Daemon.Endpoints.Swarm;
using Corten.Daemon.Http;
using Corten.Daemon.Tests.Http;

namespace Corten.Daemon.Tests.Endpoints;

/// <summary>What this engine does not have is answered as an engine without it answers (docs/compatibility.md); recorded from the real one.</summary>
public class AbsentGroupsTests
{
    private const string NoManager =
        "This node is not a swarm manager. Use \\\"docker swarm init\\\" or \\\"docker swarm join\\\" to connect this node to swarm and try again.";

    private const string NotExperimental =
        "This experimental feature is disabled by default. Start the Docker daemon in experimental mode in order to enable it.";

    [Theory]
    [InlineData("GET", "/swarm", 503, NoManager)]
    [InlineData("POST", "/swarm/leave", 503, "This node is not part of a swarm")]
    [InlineData("POST", "/swarm/update?version=1", 503, NoManager)]
    [InlineData("POST", "/swarm/update", 400, "invalid swarm version '': strconv.ParseUint: parsing \\\"\\\": invalid syntax")]
    [InlineData("POST", "/swarm/join", 400, "invalid ListenAddr \\\"\\\": invalid empty address")]
    [InlineData("POST", "/swarm/init", 400, "listen address must be an IP address or network interface (with optional port number)")]
    [InlineData("GET", "/swarm/unlockkey", 503, NoManager)]
    [InlineData("POST", "/swarm/unlock", 503, NoManager)]
    [InlineData("GET", "/nodes", 503, NoManager)]
    [InlineData("GET", "/nodes/x", 503, NoManager)]
    [InlineData("DELETE", "/nodes/x", 503, NoManager)]
    [InlineData("POST", "/nodes/x/update?version=1", 503, NoManager)]
    [InlineData("GET", "/services", 503, NoManager)]
    [InlineData("POST", "/services/create", 503, NoManager)]
    [InlineData("GET", "/services/x/logs", 500, "Bad parameters: you must choose at least one stream")]
    [InlineData("GET", "/services/x/logs?stdout=1", 503, NoManager)]
    [InlineData("GET", "/tasks", 503, NoManager)]
    [InlineData("GET", "/tasks/x", 503, NoManager)]
    [InlineData("GET", "/secrets", 503, NoManager)]
    [InlineData("POST", "/secrets/create", 503, NoManager)]
    [InlineData("DELETE", "/secrets/x", 503, NoManager)]
    [InlineData("GET", "/configs/x", 503, NoManager)]
    [InlineData("POST", "/configs/x/update?version=1", 503, NoManager)]
    [InlineData("GET", "/plugins/foo/json", 404, "plugin \\\"foo\\\" not found")]
    [InlineData("DELETE", "/plugins/foo", 404, "plugin \\\"foo\\\" not found")]
    [InlineData("POST", "/plugins/foo/enable?timeout=0", 404, "plugin \\\"foo\\\" not found")]
    [InlineData("POST", "/plugins/foo/enable", 500, "strconv.Atoi: parsing \\\"\\\": invalid syntax")]
    [InlineData("POST", "/plugins/a/b:c/set", 404, "plugin \\\"a/b:c\\\" not found")]
    [InlineData("GET", "/plugins?filters=%7B%22x%22%3A%5B%22y%22%5D%7D", 400, "invalid filter 'x'")]
    [InlineData("GET", "/plugins?filters=%7B%22enabled%22%3A%5B%22y%22%5D%7D", 400, "invalid filter 'enabled=[y]'")]
    [InlineData("POST", "/plugins/pull?remote=x", 501, "this engine does not install plugins")]
    [InlineData("GET", "/containers/x/checkpoints", 501, NotExperimental)]
    [InlineData("DELETE", "/containers/x/checkpoints/y", 501, NotExperimental)]
    public async Task It_is_refused_in_the_reference_engines_words(string method, string path, int status, string words)
    {
        await using var server = await StartAsync();
        var (code, body) = await SendAsync(server, method, path);
        Assert.Equal((status, $"{{\"message\":\"{words}\"}}\n"), (code, body));
    }

    [Fact]
    public async Task There_are_no_plugins()
    {
        await using var server = await StartAsync();
        Assert.Equal((200, "[]\n"), await SendAsync(server, "GET", "/plugins"));
    }

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(routes =>
    {
        SwarmRoutes.Add(routes);
        PluginsRoutes.Add(routes);
        CheckpointRoutes.Add(routes, experimental: false);
    });

    private static async Task<(int Status, string Body)> SendAsync(TestServer server, string method, string path)
    {
        using var http = server.CreateClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), "http://d" + path);
        if (method == "POST")
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes("{}"));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
