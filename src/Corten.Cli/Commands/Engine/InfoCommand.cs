using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Cli.Commands.Engine;

/// <summary>Shows what the engine is, has, and can do.</summary>
internal static class InfoCommand
{
    public static Command Define() => new("[OPTIONS]", "Display system-wide information")
    {
        Max = 0,
        Options = [FormatOption.Inspect()],
        Run = Run,
        Paths = ["system info", "info"],
    };

    private static int Run(Invocation call)
    {
        var format = call.Text("format");
        var template = format.Length == 0 ? null : Parse(format);
        JsonDocument? server = null;
        CortenException? failure = null;
        try
        {
            server = call.Engine.GetJson("/info");
        }
        catch (CortenException unreachable)
        {
            failure = unreachable;
        }
        if (template is not null)
        {
            using var both = JsonDocument.Parse(Json.Bytes(writer => Write(writer, call, server?.RootElement, failure)));
            template.WriteLine(call.Out, JsonValue.Of(both.RootElement, type: GoType.Info));
        }
        else
        {
            call.Out.Write($"Client:\n Version:    {Product.Version}\n Context:    {call.Session.Endpoint.Context}\n Debug Mode: {(call.Session.Debug ? "true" : "false")}\n\nServer:\n");
            if (server is not null)
            {
                EngineSummary.Print(call.Out, server.RootElement);
                call.Session.Flush();
                foreach (var warning in server.RootElement.Texts("Warnings"))
                {
                    call.Err.Write(warning + "\n");
                }
            }
        }
        server?.Dispose();
        if (failure is not null)
        {
            call.Session.Flush();
            throw new CommandException(template is null ? $"{Dispatcher.Words(failure)}\nerrors pretty printing info" : Dispatcher.Words(failure)!);
        }
        return 0;
    }

    private static Template Parse(string format)
    {
        try
        {
            return Template.Parse(format == "json" ? "{{json .}}" : format);
        }
        catch (TemplateException failure)
        {
            throw new CommandException($"template parsing error: {failure.Message}", 64);
        }
    }

    private static void Write(Utf8JsonWriter writer, Invocation call, JsonElement? server, CortenException? failure)
    {
        writer.WriteStartObject();
        if (server is { } element)
        {
            foreach (var member in element.EnumerateObject())
            {
                member.WriteTo(writer);
            }
        }
        if (failure is not null)
        {
            Containers.ConfigWriter.WriteList(writer, "ServerErrors", [Dispatcher.Words(failure)!]);
        }
        writer.WriteStartObject("ClientInfo");
        writer.WriteBoolean("Debug", call.Session.Debug);
        writer.WriteString("Version", Product.Version);
        writer.WriteString("Os", "linux");
        writer.WriteString("Arch", Platform.Host.Architecture);
        writer.WriteString("Context", call.Session.Endpoint.Context);
        writer.WriteStartArray("Plugins");
        writer.WriteEndArray();
        writer.WriteNull("Warnings");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
