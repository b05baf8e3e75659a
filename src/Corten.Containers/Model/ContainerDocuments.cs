using System.Text.Json;
using System.Text.Json.Serialization;

namespace Corten.Containers.Model;

/// <summary>Generated JSON of what the database keeps of a container.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ContainerRecord))]
[JsonSerializable(typeof(ContainerStatus))]
internal sealed partial class ContainerDocuments : JsonSerializerContext
{
    public static byte[] Write(ContainerRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, Default.ContainerRecord);

    public static byte[] Write(ContainerStatus status) => JsonSerializer.SerializeToUtf8Bytes(status, Default.ContainerStatus);

    public static ContainerRecord ReadRecord(byte[] json) =>
        JsonSerializer.Deserialize(json, Default.ContainerRecord) ?? throw new JsonException("a container's record is null");

    public static ContainerStatus ReadStatus(byte[] json) =>
        JsonSerializer.Deserialize(json, Default.ContainerStatus) ?? throw new JsonException("a container's status is null");
}
