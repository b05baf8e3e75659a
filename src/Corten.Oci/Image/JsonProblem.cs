using System.Text.Json;

namespace Corten.Oci.Image;

/// <summary>Says where a JSON document is wrong; the runtime's own words are left out of small binaries.</summary>
public static class JsonProblem
{
    public static string Describe(JsonException problem) =>
        $"not readable as JSON of this kind at {problem.Path ?? "$"}, line {problem.LineNumber + 1}, byte {problem.BytePositionInLine}";
}
