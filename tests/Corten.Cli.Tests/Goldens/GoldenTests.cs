using System.Text;
using System.Text.Json;
using Corten.Cli.Shell;

namespace Corten.Cli.Tests.Goldens;

/// <summary>
/// What the real client sent and printed for a command, recorded against the real engine, is what ours sends and prints. In the recordings the
/// program's name is already ours.
/// </summary>
public sealed class GoldenTests
{
    public static TheoryData<int, string> Answers() => Cases("answers.json");

    public static TheoryData<int, string> Requests() => Cases("requests.json");

    [Theory]
    [MemberData(nameof(Answers))]
    public void Prints_what_the_real_client_prints(int number, string command)
    {
        Assert.NotEmpty(command);
        var golden = Load("answers.json")[number];
        var exchanges = golden.GetProperty("exchanges").EnumerateArray().ToList();
        using var engine = new FakeEngine((method, path) => exchanges.Where(exchange => exchange.GetProperty("method").GetString() == method && exchange.GetProperty("path").GetString() == path)
            .Select(exchange => (exchange.GetProperty("status").GetInt32(), exchange.GetProperty("answer").GetString()!)).FirstOrDefault((404, "{\"message\":\"page not found\"}")));
        var (output, errors, exit) = Run(engine, golden);
        Assert.Equal(golden.GetProperty("output").GetString(), output);
        Assert.Equal(golden.GetProperty("errors").GetString()!.Replace("\nexit status 1\n", "\n", StringComparison.Ordinal).Replace("\nSRun", "\nRun", StringComparison.Ordinal), errors);
        Assert.Equal(golden.GetProperty("exit").GetInt32(), exit);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void Sends_what_the_real_client_sends(int number, string command)
    {
        Assert.NotEmpty(command);
        var golden = Load("requests.json")[number];
        using var engine = new FakeEngine(Plain);
        Run(engine, golden);
        // Our client asks less: it looks at nothing first that the request itself would tell.
        var wanted = golden.GetProperty("requests").EnumerateArray().Select(request => (Method: request.GetProperty("method").GetString()!, Path: Sorted(request.GetProperty("path").GetString()!),
            Body: request.TryGetProperty("body", out var body) ? body.GetString()! : "")).ToList();
        var sent = engine.Requests.Select(request => (request.Method, Path: Sorted(request.Path), request.Body)).ToList();
        Assert.NotEmpty(sent);
        Assert.All(sent, request => Assert.Contains(request, wanted));
        Assert.All(wanted.Where(request => request.Method != "GET"), request => Assert.Contains(request, sent));
    }

    /// <summary>An engine for which everything exists and succeeds.</summary>
    private static (int Status, string Body) Plain(string method, string path) => (method, path) switch
    {
        _ when path.Contains("/containers/create") || path.Contains("/commit") => (201, "{\"Id\":\"abcdef\",\"Warnings\":[]}"),
        _ when path.EndsWith("/wait") => (200, "{\"StatusCode\":0}"),
        ("DELETE", _) when !path.Contains("/images/") => (204, ""),
        ("DELETE", _) => (200, "[]"),
        ("GET", _) when path.Contains("/json?") || path.EndsWith("/containers/json") || path.EndsWith("/images/json") || path.EndsWith("/networks") || path.Contains("/networks?")
            || path.Contains("/search") || path.EndsWith("/changes") || path.Contains("/history") => (200, "[]"),
        _ => (200, "{}"),
    };

    /// <summary>The order of query parameters means nothing, nor does an empty one.</summary>
    private static string Sorted(string path)
    {
        var parts = path.Split('?', 2);
        return parts.Length == 1 ? path : string.Join('?', new[] { parts[0], string.Join('&', parts[1].Split('&').Where(word => !word.EndsWith('=') || path.Contains("/commit")).Order()) }.Where(part => part.Length > 0));
    }

    private static (string Output, string Errors, int Exit) Run(FakeEngine engine, JsonElement golden)
    {
        string[] command = [.. golden.GetProperty("command").EnumerateArray().Select(word => word.GetString()!)];
        var (output, errors) = (new MemoryStream(), new MemoryStream());
        int exit;
        using (var session = new Session(output, errors, new MemoryStream()))
        {
            exit = Dispatcher.Run(session, ["-H", engine.Address, "--config", engine.Configuration, .. command]);
        }
        return (Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(errors.ToArray()), exit);
    }

    private static TheoryData<int, string> Cases(string file)
    {
        var data = new TheoryData<int, string>();
        foreach (var (golden, number) in Load(file).Select((golden, number) => (golden, number)))
        {
            data.Add(number, string.Join(' ', golden.GetProperty("command").EnumerateArray().Select(word => word.GetString())));
        }
        return data;
    }

    private static List<JsonElement> Load(string file)
    {
        using var stream = typeof(GoldenTests).Assembly.GetManifestResourceStream(file)!;
        using var json = JsonDocument.Parse(stream);
        return [.. json.RootElement.EnumerateArray().Select(element => element.Clone())];
    }
}
