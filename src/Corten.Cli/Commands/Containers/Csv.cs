using System.Text;

namespace Corten.Cli.Commands.Containers;

/// <summary>One line of comma-separated values, with double quotes around fields that hold commas (RFC 4180).</summary>
internal static class Csv
{
    /// <returns>Null if the quotes do not match.</returns>
    public static List<string>? Split(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        for (var i = 0; i <= line.Length; i++)
        {
            if (i == line.Length || line[i] == ',')
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (line[i] != '"')
            {
                field.Append(line[i]);
            }
            else if (field.Length > 0 || !TakeQuoted(line, ref i, field))
            {
                return null;
            }
        }
        return fields;
    }

    private static bool TakeQuoted(string line, ref int at, StringBuilder field)
    {
        for (at++; at < line.Length; at++)
        {
            if (line[at] != '"')
            {
                field.Append(line[at]);
            }
            else if (at + 1 < line.Length && line[at + 1] == '"')
            {
                field.Append(line[at++]);
            }
            else
            {
                return at + 1 == line.Length || line[at + 1] == ',';
            }
        }
        return false;
    }
}
