namespace Corten.Cli.Templates;

/// <summary>A template that can't be parsed or evaluated, in the words of Go's text/template.</summary>
internal sealed class TemplateException(string message, bool parsing) : Exception(message)
{
    /// <summary>Whether the text itself is wrong, rather than the values that it meets.</summary>
    public bool Parsing { get; } = parsing;
}
