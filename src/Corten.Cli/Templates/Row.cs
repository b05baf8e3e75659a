namespace Corten.Cli.Templates;

/// <summary>A line of a list: named columns, each made when a template asks for it.</summary>
/// <param name="TypeName">What messages call it.</param>
internal sealed record Row(string TypeName, Column[] Columns, Func<string, object?> Value)
{
    /// <summary>As JSON, the columns come in the order that they have here, and not by name.</summary>
    public bool KeepsOrder { get; init; }

    /// <summary>What <see cref="Value"/> is asked for when a template calls <c>.Label "key"</c>.</summary>
    public const string LabelPrefix = "Label:";

    public bool Has(string name) => Array.Exists(Columns, column => column.Name == name);

    /// <summary>Whether <c>.Label "key"</c> means something here.</summary>
    public bool HasLabels => Has("Labels");
}

/// <summary>A column's name in templates and its heading in tables.</summary>
internal readonly record struct Column(string Name, string Heading);
