using System.Text.Json;
using Corten.Cli.Output;

namespace Corten.Cli.Commands.Builder.Kit;

/// <summary><c>--explain</c>: for every step whether the cache had it, and if not, what differs from the nearest earlier run.</summary>
internal static class Explanations
{
    public static void Print(TextWriter output, string json)
    {
        if (json.Length == 0)
        {
            output.Write("This engine can't explain its cache.\n");
            return;
        }
        using var document = JsonDocument.Parse(json);
        foreach (var step in document.RootElement.EnumerateArray())
        {
            output.Write($"{(step.Flag("Cached") ? "HIT " : "MISS")}  {step.Text("Step")}{(step.Int("Line") is > 0 and var line ? $"  (line {line})" : "")}\n");
            foreach (var reason in step.Texts("Reasons"))
            {
                output.Write($"        {reason}\n");
            }
        }
    }
}
