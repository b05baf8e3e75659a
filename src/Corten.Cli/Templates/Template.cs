using System.Text;

namespace Corten.Cli.Templates;

/// <summary>A parsed template of Go's text/template, as <c>--format</c> takes it.</summary>
internal sealed class Template
{
    private readonly string name;
    private readonly string source;
    private readonly Node[] body;
    private readonly Dictionary<string, Node[]> parts;

    // One for all: a list evaluates its template for each of its rows.
    private readonly StringBuilder output = new();

    private Template(string name, string source, Node[] body, Dictionary<string, Node[]> parts)
    {
        (this.name, this.source) = (name, source);
        this.body = body;
        this.parts = parts;
    }

    /// <param name="source">The text.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="TemplateException">The text is not a template.</exception>
    public static Template Parse(string source, string name = "")
    {
        var (body, parts) = Parser.Parse(name, source);
        return new Template(name, source, body, parts);
    }

    /// <exception cref="TemplateException">A value does not have what the template asks of it.</exception>
    public string Evaluate(object? value)
    {
        new Evaluator(name, source, parts, output.Clear()).Run(body, value);
        return output.ToString();
    }

    /// <summary>Writes one line, or as much of it as there is before a mistake.</summary>
    /// <inheritdoc cref="Evaluate"/>
    public void WriteLine(TextWriter target, object? value)
    {
        try
        {
            Evaluate(value);
        }
        finally
        {
            target.Write(output.Append('\n'));
        }
    }
}
