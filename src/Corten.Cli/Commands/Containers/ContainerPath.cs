using System.Text.Json;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;

namespace Corten.Cli.Commands.Containers;

/// <summary>What a path is within a container.</summary>
/// <param name="Mode">Go's file mode: permission bits, and a bit for each type at the top.</param>
internal sealed record ContainerPath(string Name, long Size, uint Mode, string LinkTarget)
{
    public const string Header = "X-Docker-Container-Path-Stat";

    private const uint Folder = 1u << 31, Link = 1u << 27, Device = 1u << 26, Pipe = 1u << 25, Socket = 1u << 24;

    public bool IsFolder => (Mode & Folder) != 0;

    public bool IsLink => (Mode & Link) != 0;

    /// <summary>Neither file nor folder: nothing can be copied onto it.</summary>
    public bool IsSpecial => (Mode & (Device | Pipe | Socket)) != 0;

    /// <exception cref="EngineException">There is no such path, or no such container.</exception>
    public static ContainerPath Of(EngineClient engine, string container, string path)
    {
        try
        {
            using var response = engine.Send(new EngineRequest("HEAD", Archive(container, path)));
            return Read(response);
        }
        catch (EngineException refused) when (refused.Status == global::System.Net.HttpStatusCode.NotFound)
        {
            // A HEAD's answer has no body to say which of the two is missing.
            throw new EngineException(refused.Status, InspectFailure(engine, container) ?? $"Could not find the file {path} in container {container}");
        }
    }

    public static string Archive(string container, string path) => new Query($"/containers/{Query.Segment(container)}/archive").Add("path", path).ToString();

    public static ContainerPath Read(EngineResponse response)
    {
        var text = response.Header(Header) ?? throw new CommandException("unable to get resource stat from response: the header is missing");
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
        {
            throw new CommandException("unable to get resource stat from response: unable to decode container path stat header");
        }
        using var json = JsonDocument.Parse(bytes.AsMemory(0, length));
        var root = json.RootElement;
        return new ContainerPath(root.Text("name"), root.Int("size"), (uint)root.Int("mode"), root.Text("linkTarget"));
    }

    private static string? InspectFailure(EngineClient engine, string container)
    {
        try
        {
            InspectCommand.Find(engine, container, size: false);
            return null;
        }
        catch (EngineException refused)
        {
            return refused.Message;
        }
    }
}
