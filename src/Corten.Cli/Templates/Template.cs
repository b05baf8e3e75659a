using System.Text;

namespace Corten.Cli.Templates;

/// <summary>A parsed template of Go's text/template, as <c>--format</c> takes it.</summary>
internal sealed class Template
{
    private readonly string source;
    private readonly Node[] body;
    private readonly Dictionary<string, Node[]> parts;

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
        var output = new StringBuilder();
        new Evaluator(source, parts, output).Run(body, value);
        return output.ToString();
    }
}
