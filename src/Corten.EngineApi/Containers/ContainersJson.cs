using System.Text.Json;
using System.Text.Json.Serialization;
using Corten.EngineApi.Json;

namespace Corten.EngineApi.Containers;

/// <summary>Generated JSON of the container and exec groups. Requests may have null where Go would read a zero value.</summary>
[JsonSerializable(typeof(CreateContainerRequest))]
[JsonSerializable(typeof(CreateContainerResponse))]
[JsonSerializable(typeof(ContainerConfig))]
[JsonSerializable(typeof(HostConfig))]
[JsonSerializable(typeof(ContainerInspect))]
[JsonSerializable(typeof(IReadOnlyList<ContainerSummary>))]
[JsonSerializable(typeof(List<ContainerSummary>))]
[JsonSerializable(typeof(Stats))]
[JsonSerializable(typeof(ExecConfig))]
[JsonSerializable(typeof(ExecCreated))]
[JsonSerializable(typeof(ExecStart))]
[JsonSerializable(typeof(ExecInspect))]
[JsonSerializable(typeof(TopResponse))]
[JsonSerializable(typeof(WaitResponse))]
[JsonSerializable(typeof(IReadOnlyList<FilesystemChange>))]
[JsonSerializable(typeof(UpdateRequest))]
[JsonSerializable(typeof(UpdateResponse))]
[JsonSerializable(typeof(ContainersPruneResponse))]
[JsonSerializable(typeof(CommitResponse))]
[JsonSerializable(typeof(PathStat))]
public sealed partial class ContainersJson : JsonSerializerContext
{
    public static ContainersJson Api { get; } = new(Lenient());

    private static JsonSerializerOptions Lenient()
    {
        var options = EngineJson.Options();
        options.Converters.Add(new GoString());
        options.Converters.Add(new GoBool());
        options.Converters.Add(new GoInt32());
        options.Converters.Add(new GoInt64());
        return options;
    }
}
