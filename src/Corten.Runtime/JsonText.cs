using System.Text.Encodings.Web;

namespace Corten.Runtime;

/// <summary>A string as JSON, for the few lines that are written by hand.</summary>
internal static class JsonText
{
    public static string Quote(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
}
