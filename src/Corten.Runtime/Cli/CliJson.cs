using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Corten.Oci.Runtime;
using Corten.Runtime.Cli.Commands;

namespace Corten.Runtime.Cli;

/// <summary>Generated JSON of what commands print and the runtime-spec does not define.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<int>))]
[JsonSerializable(typeof(RuntimeFeatures))]
[JsonSerializable(typeof(ContainerEvent))]
internal sealed partial class CliJson : JsonSerializerContext
{
    public static CliJson Indented { get; } = new(Settings(indented: true));

    public static CliJson Compact { get; } = new(Settings(indented: false));

    /// <summary>The specification's own objects, for people to read.</summary>
    public static RuntimeJson Spec { get; } = new(Settings(indented: true));

    private static JsonSerializerOptions Settings(bool indented) => new()
    {
        WriteIndented = indented,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
