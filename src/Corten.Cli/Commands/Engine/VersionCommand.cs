using System.Runtime.InteropServices;
using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;
using Corten.Client;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Cli.Commands.Engine;

/// <summary>Says which versions of client and engine are at work.</summary>
internal static class VersionCommand
{
    public static Command Define() => new("[OPTIONS]", $"Show the {Product.Name} version information")
    {
        Max = 0,
        Options = [FormatOption.Inspect()],
        Run = Run,
        Paths = ["version"],
    };

    private static int Run(Invocation call)
    {
        var format = call.Text("format");
        var template = format.Length == 0 ? null : Parse(format);
        JsonDocument? server = null;
        CortenException? failure = null;
        try
        {
            server = call.Engine.GetJson("/version");
        }
        catch (CortenException unreachable)
        {
            failure = unreachable;
        }
        using var both = JsonDocument.Parse(Json.Bytes(writer => Write(writer, call, server?.RootElement)));
        server?.Dispose();
        if (template is not null)
        {
            template.WriteLine(call.Out, JsonValue.Of(both.RootElement, type: GoType.Version));
        }
        else
        {
            Print(call.Out, both.RootElement);
        }
        return failure is null ? 0 : throw failure;
    }

    private static Template Parse(string format)
    {
        try
        {
            return Template.Parse(format == "json" ? "{{json .}}" : format, "version");
        }
        catch (TemplateException failure)
        {
            throw new CommandException($"template parsing error: {failure.Message}", 64);
        }
    }

    private static void Write(Utf8JsonWriter writer, Invocation call, JsonElement? server)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("Client");
        writer.WriteStartObject("Platform");
        writer.WriteString("Name", "Corten");
        writer.WriteEndObject();
        writer.WriteString("Version", Product.Version);
        writer.WriteString("ApiVersion", server is null ? EngineClientOptions.NewestVersion : call.Engine.ApiVersion);
        writer.WriteString("DefaultAPIVersion", EngineClientOptions.NewestVersion);
        writer.WriteString("GitCommit", "");
        writer.WriteString("GoVersion", "");
        writer.WriteString("RuntimeVersion", RuntimeInformation.FrameworkDescription);
        writer.WriteString("Os", "linux");
        writer.WriteString("Arch", Platform.Host.Architecture);
        writer.WriteString("BuildTime", "");
        writer.WriteString("Context", call.Session.Endpoint.Context);
        writer.WriteEndObject();
        writer.WritePropertyName("Server");
        if (server is { } element)
        {
            element.WriteTo(writer);
        }
        else
        {
            writer.WriteNullValue();
        }
        writer.WriteEndObject();
    }

    private static void Print(TextWriter output, JsonElement both)
    {
        var client = both.Get("Client");
        output.Write($"Client: {client.Get("Platform").Text("Name")}\n");
        Line(output, 1, "Version", client.Text("Version"));
        var (api, newest) = (client.Text("ApiVersion"), client.Text("DefaultAPIVersion"));
        Line(output, 1, "API version", api == newest ? api : $"{api} (downgraded from {newest})");
        Line(output, 1, "Runtime version", client.Text("RuntimeVersion"));
        Line(output, 1, "OS/Arch", $"{client.Text("Os")}/{client.Text("Arch")}");
        Line(output, 1, "Context", client.Text("Context"));
        var server = both.Get("Server");
        if (server.ValueKind != JsonValueKind.Object)
        {
            return;
        }
        output.Write($"\nServer:{(server.Get("Platform").Text("Name") is { Length: > 0 } name ? " " + name : "")}\n");
        var components = server.Items("Components").ToList();
        if (components.Count == 0)
        {
            PrintEngine(output, server.Text("Version"), server);
        }
        foreach (var component in components)
        {
            output.Write($" {component.Text("Name")}:\n");
            var details = component.Get("Details");
            if (component.Text("Name") == "Engine")
            {
                PrintEngine(output, component.Text("Version"), details);
                continue;
            }
            Line(output, 2, "Version", component.Text("Version"));
            foreach (var detail in component.Members("Details").OrderBy(static detail => detail.Name, StringComparer.Ordinal))
            {
                Line(output, 2, detail.Name, detail.Value.GetString() ?? "");
            }
        }
    }

    private static void PrintEngine(TextWriter output, string version, JsonElement details)
    {
        Line(output, 2, "Version", version);
        var minimum = details.Text("MinAPIVersion");
        Line(output, 2, "API version", details.Text("ApiVersion") + (minimum.Length > 0 ? $" (minimum version {minimum})" : ""));
        Line(output, 2, "Go version", details.Text("GoVersion"), always: false);
        Line(output, 2, "Git commit", details.Text("GitCommit"), always: false);
        Line(output, 2, "Built", TimeWords.Ansi(details.Text("BuildTime")), always: false);
        Line(output, 2, "OS/Arch", $"{details.Text("Os")}/{details.Text("Arch")}");
        Line(output, 2, "Experimental", details.Text("Experimental") is { Length: > 0 } text ? text : details.Flag("Experimental") ? "true" : "false");
    }

    private static void Line(TextWriter output, int indent, string name, string value, bool always = true)
    {
        if (always || value.Length > 0)
        {
            output.Write(new string(' ', indent) + (name + ":").PadRight(20 - indent) + value + "\n");
        }
    }
}
