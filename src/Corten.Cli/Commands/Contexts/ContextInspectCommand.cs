using System.Text.Json;
using Corten.Cli.Config;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;

namespace Corten.Cli.Commands.Contexts;

/// <summary>Shows all that is kept of named daemons.</summary>
internal static class ContextInspectCommand
{
    private const string InMemory = "\u003cIN MEMORY\u003e";

    public static Command Define() => new("[OPTIONS] [CONTEXT] [CONTEXT...]", "Display detailed information on one or more contexts")
    {
        Options = [FormatOption.Inspect()],
        Run = Run,
        Completes = Completion.Contexts,
    };

    private static int Run(Invocation call)
    {
        IReadOnlyList<string> names = call.Args.Count > 0 ? call.Args : [EndpointResolver.ContextName(call.Session)];
        return Inspector.Print(call, names, name =>
        {
            using var json = JsonDocument.Parse(Json.Bytes(writer => Write(writer, call.Session, name)));
            return (json.RootElement.Clone(), null);
        });
    }

    private static void Write(Utf8JsonWriter writer, Session session, string name)
    {
        var store = new ContextStore(session.ConfigDirectory);
        var isDefault = name == ContextStore.Default;
        var context = isDefault ? ContextListCommand.Default(session) with { Description = "" }
            : store.Load(name) ?? throw new CommandException(ContextStore.NotFound(session.ConfigDirectory, name));
        using var metadata = JsonDocument.Parse(Json.Bytes(context.WriteMetadata));
        writer.WriteStartObject();
        foreach (var member in metadata.RootElement.EnumerateObject())
        {
            member.WriteTo(writer);
        }
        writer.WriteStartObject("TLSMaterial");
        var files = isDefault ? [] : store.TlsFiles(name).Keys.ToList();
        if (files.Count > 0)
        {
            Containers.ConfigWriter.WriteList(writer, "docker", files);
        }
        writer.WriteEndObject();
        writer.WriteStartObject("Storage");
        writer.WriteString("MetadataPath", isDefault ? InMemory : store.MetaFolder(name));
        writer.WriteString("TLSPath", isDefault ? InMemory : store.TlsFolder(name));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
