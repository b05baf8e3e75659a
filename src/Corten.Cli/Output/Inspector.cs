using System.Text.Json;
using Corten.Cli.Shell;
using Corten.Cli.Templates;

namespace Corten.Cli.Output;

/// <summary>Prints what the inspect commands found: all as one indented JSON array, or each by a template.</summary>
internal static class Inspector
{
    /// <summary>Inspects each reference. What was found is printed even if others were not; then the command fails.</summary>
    /// <param name="call">The command.</param>
    /// <param name="references">Names or ids.</param>
    /// <param name="find">What the engine has of one, and what Docker's client takes it for in a template.</param>
    public static int Print(Invocation call, IReadOnlyList<string> references, Func<string, (JsonElement Element, GoType? Type)> find)
    {
        var format = call.Text("format");
        var asJson = format == "json";
        var template = asJson ? null : Parse(format);
        var found = new List<JsonElement>();
        var failures = new List<string>();
        var printed = false;
        foreach (var reference in references)
        {
            try
            {
                var (element, type) = find(reference);
                if (template is null)
                {
                    found.Add(element);
                }
                else
                {
                    call.Out.Write(Evaluate(template, element, type) + "\n");
                    printed = true;
                }
            }
            catch (TemplateException failure)
            {
                failures.Add($"template parsing error: {failure.Message}");
            }
            catch (Exception failure) when (failure is not CommandException { Message: "" } && Dispatcher.Words(failure) is { } words)
            {
                failures.Add(words);
            }
        }
        if (asJson)
        {
            call.Out.Write($"[{string.Join(',', found.Select(static element => Json.Compact(element.WriteTo)))}]\n");
        }
        else if (template is null)
        {
            PrintArray(call.Out, found);
        }
        else if (!printed)
        {
            call.Out.Write('\n');
        }
        call.Session.Flush();
        if (failures.Count == 0)
        {
            return 0;
        }
        throw new CommandException(string.Join('\n', failures));
    }

    /// <summary>A template that does not fit what the API has may fit what the engine wrote: Docker's client tries that next, and tells of that mistake.</summary>
    internal static string Evaluate(Template template, JsonElement element, GoType? type)
    {
        try
        {
            return template.Evaluate(JsonValue.Of(element, type: type));
        }
        catch (TemplateException)
        {
            return template.Evaluate(JsonValue.Of(element, type: GoType.Raw));
        }
    }

    private static Template? Parse(string format)
    {
        if (format is "")
        {
            return null;
        }
        try
        {
            return Template.Parse(format);
        }
        catch (TemplateException failure)
        {
            throw new CommandException($"template parsing error: {failure.Message}", 64);
        }
    }

    private static void PrintArray(TextWriter output, List<JsonElement> found)
    {
        if (found.Count == 0)
        {
            output.Write("[]\n");
            return;
        }
        output.Write("[\n");
        for (var i = 0; i < found.Count; i++)
        {
            output.Write("    ");
            output.Write(Json.Indented(found[i]).Replace("\n", "\n    ", StringComparison.Ordinal));
            output.Write(i < found.Count - 1 ? ",\n" : "\n");
        }
        output.Write("]\n");
    }
}
