using System.Text.Json;
using Corten.Cli.Templates;

namespace Corten.Cli.Output;

/// <summary>An object's labels in lists.</summary>
internal static class Labels
{
    /// <summary><c>a=b,c=d</c>.</summary>
    public static string Joined(JsonElement item) => string.Join(',', item.Members("Labels").Select(static label => $"{label.Name}={label.Value.GetString()}"));

    /// <summary>The value of <c>.Label "key"</c>.</summary>
    public static string Value(JsonElement item, string column)
        => column.StartsWith(Row.LabelPrefix, StringComparison.Ordinal) ? item.Get("Labels").Text(column[Row.LabelPrefix.Length..]) : "";
}
