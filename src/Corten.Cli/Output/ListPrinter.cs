using System.Text;
using Corten.Cli.Shell;
using Corten.Cli.Templates;

namespace Corten.Cli.Output;

/// <summary>Prints rows as <c>--format</c> says: as a table, as JSON, or each by a template.</summary>
internal static class ListPrinter
{
    private const string Table = "table";

    /// <param name="format">What the user asked for; empty or <c>table</c> for the default table, <c>table TEMPLATE</c>, <c>json</c> or a template.</param>
    /// <param name="defaultTable">The template of the default table.</param>
    public static void Print(TextWriter output, string format, string defaultTable, Column[] columns, IEnumerable<Row> rows)
    {
        var (template, isTable) = Parse(format, defaultTable);
        if (!isTable)
        {
            foreach (var row in rows)
            {
                output.Write(Evaluate(template, row));
                output.Write('\n');
            }
            return;
        }
        var table = new TabWriter(output);
        var lines = rows.Select(row => Evaluate(template, row)).ToList();
        table.WriteLine(template.Evaluate(Headings(columns)));
        foreach (var line in lines)
        {
            table.WriteLine(line);
        }
        table.Flush();
    }

    public static bool IsTable(string format) => format.Length == 0 || format.StartsWith(Table, StringComparison.Ordinal);

    /// <summary>A template, and whether it makes a table.</summary>
    public static (Template Template, bool IsTable) Parse(string format, string defaultTable)
    {
        var text = format.Trim();
        var isTable = text.Length == 0 || text.StartsWith(Table, StringComparison.Ordinal);
        if (isTable)
        {
            text = text.Length <= Table.Length ? defaultTable : text[Table.Length..].Trim();
        }
        else if (text == "json")
        {
            text = "{{json .}}";
        }
        text = text.Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal);
        try
        {
            return (Template.Parse(text), isTable);
        }
        catch (TemplateException failure)
        {
            throw new CommandException($"template parsing error: {failure.Message}");
        }
    }

    /// <summary>Finds a wrong template, or one that names a column that is none, before anything is asked for.</summary>
    public static void Check(string format, string typeName, Column[] columns)
    {
        if (format.Length == 0)
        {
            return;
        }
        var parsed = false;
        try
        {
            var template = Template.Parse(format);
            parsed = true;
            template.Evaluate(new Row(typeName, columns, static _ => ""));
        }
        catch (TemplateException failure)
        {
            throw new CommandException($"failed to {(parsed ? "execute" : "parse")} template: {failure.Message}");
        }
    }

    public static string Evaluate(Template template, Row row)
    {
        try
        {
            return template.Evaluate(row);
        }
        catch (TemplateException failure)
        {
            throw new CommandException($"template parsing error: {failure.Message}");
        }
    }

    /// <summary>A row whose values are the columns' headings; <c>.Label "x"</c> is headed by the label's last part.</summary>
    private static Row Headings(Column[] columns) => new("map[string]string", columns, name =>
    {
        if (name.StartsWith(Row.LabelPrefix, StringComparison.Ordinal))
        {
            return name[Row.LabelPrefix.Length..].Split('.')[^1].Replace('-', ' ').Replace('_', ' ');
        }
        return Array.Find(columns, column => column.Name == name).Heading;
    });
}
