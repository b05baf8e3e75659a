using System.Text.Json.Serialization;
using Corten.Supervision.Launcher;
using Corten.Supervision.Monitor;

namespace Corten.Supervision;

/// <summary>Generated JSON of the messages between daemon, launcher and monitors.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LaunchRequest))]
[JsonSerializable(typeof(ExecAnswer))]
[JsonSerializable(typeof(MonitorMessage))]
public sealed partial class SupervisionJson : JsonSerializerContext;
