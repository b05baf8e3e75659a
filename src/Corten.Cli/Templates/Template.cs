using System.Text;

namespace Corten.Cli.Templates;

/// <summary>A parsed template of Go's text/template, as <c>--format</c> takes it.</summary>
internal sealed class Template
{
    private readonly string source;
    private readonly Node[] body;
    private readonly Dictionary<string, Node[]> parts;

    // One for all: a list evaluates its template for each of its rows.
    private readonly StringBuilder output = new();

    private Template(string source, Node[] body, Dictionary<string, Node[]> parts)
    {
        this.source = source;
        this.body = body;
        this.parts = parts;
    }

    /// <exception cref="TemplateException">The text is not a template.</exception>
    public static Template Parse(string source)
    {
        var (body, parts) = Parser.Parse(source);
        return new Template(source, body, parts);
    }

    /// <exception cref="TemplateException">A value does not have what the template asks of it.</exception>
    public string Evaluate(object? value)
    {
        new Evaluator(source, parts, output.Clear()).Run(body, value);
        return output.ToString();
    }
}
