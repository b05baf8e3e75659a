using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Corten.Volumes.Tests.Plugins;

/// <summary>A volume plugin: folders under one of its own, by the volume plugin protocol over a unix socket.</summary>
internal sealed class TestPlugin : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _folder;
    private readonly HashSet<string> _volumes = [];

    /// <param name="busy">Nobody is answered before <see cref="Start"/>, and the queue is short.</param>
    public TestPlugin(string socket, string folder, bool busy = false)
    {
        _folder = folder;
        Directory.CreateDirectory(Path.GetDirectoryName(socket)!);
        _listener.Bind(new UnixDomainSocketEndPoint(socket));
        if (busy)
        {
            _listener.Listen(1);
            return;
        }

        _listener.Listen();
        Start();
    }

    /// <summary>It answers one call a connection and ends the connection when a second one comes, as one that is about to close it does.</summary>
    public bool EndsConnections { get; init; }

    /// <summary>Each call, as <c>VolumeDriver.Mount name id</c>.</summary>
    public List<string> Calls { get; } = [];

    public void Start() => _ = AcceptAsync();

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            var length = 0;
            while (await reader.ReadLineAsync() is { Length: > 0 } header)
            {
                if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                {
                    length = int.Parse(header.AsSpan(15), System.Globalization.CultureInfo.InvariantCulture);
                }
            }

            var body = new char[length];
            await reader.ReadBlockAsync(body);
            var answer = Encoding.UTF8.GetBytes(Answer(line.Split(' ')[1][1..], JsonNode.Parse(new string(body))!).ToJsonString());
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.plugins.v1.2+json\r\nContent-Length: {answer.Length}\r\n\r\n"));
            await stream.WriteAsync(answer);
            if (EndsConnections)
            {
                await reader.ReadLineAsync();
                return;
            }
        }
    }

    private JsonObject Answer(string method, JsonNode request)
    {
        var name = (string?)request["Name"] ?? "";
        lock (Calls)
        {
            Calls.Add($"{method} {name} {request["ID"]}".TrimEnd());
        }

        var path = Path.Combine(_folder, name);
        switch (method)
        {
            case "Plugin.Activate":
                return new JsonObject { ["Implements"] = new JsonArray("VolumeDriver") };
            case "VolumeDriver.Capabilities":
                return new JsonObject { ["Capabilities"] = new JsonObject { ["Scope"] = "global" } };
            case "VolumeDriver.Create" when request["Opts"] is JsonObject options && options.ContainsKey("fail"):
                return new JsonObject { ["Err"] = (string?)options["fail"] };
            case "VolumeDriver.Create":
                _volumes.Add(name);
                Directory.CreateDirectory(path);
                return new JsonObject { ["Err"] = "" };
            case "VolumeDriver.Remove":
                _volumes.Remove(name);
                return new JsonObject { ["Err"] = "" };
            case "VolumeDriver.Mount":
                return new JsonObject { ["Mountpoint"] = path, ["Err"] = "" };
            case "VolumeDriver.Get" when _volumes.Contains(name):
                return new JsonObject
                {
                    ["Volume"] = new JsonObject { ["Name"] = name, ["Mountpoint"] = path, ["Status"] = new JsonObject { ["health"] = "good" } },
                    ["Err"] = "",
                };
            case "VolumeDriver.List":
                return new JsonObject { ["Volumes"] = new JsonArray([.. _volumes.Select(v => new JsonObject { ["Name"] = v })]), ["Err"] = "" };
            default:
                return new JsonObject { ["Err"] = method == "VolumeDriver.Get" ? "no such volume" : "" };
        }
    }
}
