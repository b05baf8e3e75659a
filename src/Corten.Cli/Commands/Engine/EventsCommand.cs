using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Engine;

/// <summary>Prints what happens in the engine, as it happens.</summary>
internal static class EventsCommand
{
    public static Command Define() => new("[OPTIONS]", "Get real time events from the server")
    {
        Max = 0,
        Options =
        [
            Filter("Conditions that events must meet (such as \"type=container\")"),
            FormatOption.List(),
            Text("since", "From this time on, or so long ago (42m)"),
            Text("until", "Up to this time, or so long ago (42m)"),
        ],
        Run = Run,
        Paths = ["system events", "events"],
    };

    private static int Run(Invocation call)
    {
        var format = call.Text("format");
        var template = format.Length == 0 ? null : Parse(format);
        var query = new Query("/events").AddIf("filters", Filters.Of(call)).AddIf("since", TimeArgument.Read(call.Text("since")))
            .AddIf("until", TimeArgument.Read(call.Text("until")));
        using var response = call.Engine.Send(new EngineRequest("GET", query.ToString()));
        var messages = new JsonLines(response.Body);
        while (messages.Next() is { } message)
        {
            call.Out.Write((template is null ? Line(message) : template.Evaluate(JsonValue.Of(message, type: GoType.Event))) + "\n");
            call.Out.Flush();
        }
        return 0;
    }

    private static Template Parse(string format)
    {
        try
        {
            var template = Template.Parse(format == "json" ? "{{json .}}" : format);
            using var empty = JsonDocument.Parse("""{"Type":"","Action":"","Actor":{"ID":"","Attributes":{}},"scope":"","time":0,"timeNano":0,"status":"","id":"","from":""}""");
            template.Evaluate(JsonValue.Of(empty.RootElement, type: GoType.Event));
            return template;
        }
        catch (TemplateException failure)
        {
            throw new CommandException($"Error parsing format: {failure.Message}", 64);
        }
    }

    private static string Line(JsonElement message)
    {
        var actor = message.Get("Actor");
        var attributes = actor.Members("Attributes").OrderBy(static attribute => attribute.Name, StringComparer.Ordinal)
            .Select(static attribute => $"{attribute.Name}={attribute.Value.GetString()}").ToList();
        var time = message.Int("timeNano") is var nano && nano != 0 ? nano : message.Int("time") * 1_000_000_000;
        return $"{TimeWords.LocalNanoseconds(time)} {message.Text("Type")} {message.Text("Action")} {actor.Text("ID")}"
            + (attributes.Count > 0 ? $" ({string.Join(", ", attributes)})" : "");
    }
}
