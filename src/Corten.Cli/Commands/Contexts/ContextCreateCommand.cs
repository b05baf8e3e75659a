using Corten.Cli.Config;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;
using Csv = Corten.Cli.Commands.Containers.Csv;

namespace Corten.Cli.Commands.Contexts;

/// <summary>Gives a daemon a name, and changes what the name stands for.</summary>
internal static class ContextCreateCommand
{
    private static readonly string[] Keys = ["from", "host", "ca", "cert", "key", "skip-tls-verify"];

    public static Command Define() => new("[OPTIONS] CONTEXT", "Create a context")
    {
        Min = 1,
        Max = 1,
        Options = [.. Options(), Text("from", "Copy this context") with { Completes = Completion.Contexts }],
        Run = Create,
        Completes = Completion.Nothing,
        Details = "The endpoint is given as --docker host=…[,ca=FILE,cert=FILE,key=FILE,skip-tls-verify=BOOL], or copied by --docker from=CONTEXT.",
    };

    public static Command DefineUpdate() => new("[OPTIONS] CONTEXT", "Update a context")
    {
        Min = 1,
        Max = 1,
        Options = Options(),
        Run = Update,
        Completes = Completion.Contexts,
    };

    private static Option[] Options() =>
    [
        Text("description", "Description of the context"),
        Map("docker", "Endpoint of the daemon") with { TypeWord = "stringToString" },
    ];

    private static int Create(Invocation call)
    {
        var (name, store) = (call.Args[0], new ContextStore(call.Session.ConfigDirectory));
        CheckName(name);
        if (store.Exists(name))
        {
            throw new CommandException($"context \"{name}\" already exists");
        }
        // With neither an endpoint nor a context to copy, the new one is a copy of the one in use.
        var from = call.Text("from") is { Length: > 0 } given ? given : call.Has("docker") ? "" : EndpointResolver.ContextName(call.Session);
        var (source, files) = from.Length > 0 ? Load(call, store, from) : (new StoredContext(name, "", "", false, null), []);
        var (context, chosen) = Apply(call, store, source with { Name = name }, files);
        store.Save(context with { Description = call.Text("description") }, chosen);
        call.Out.Write(name + "\n");
        call.Session.Flush();
        call.Err.Write($"Successfully created context \"{name}\"\n");
        return 0;
    }

    private static int Update(Invocation call)
    {
        var (name, store) = (call.Args[0], new ContextStore(call.Session.ConfigDirectory));
        CheckName(name);
        var (source, files) = Load(call, store, name);
        var (context, chosen) = Apply(call, store, source, files);
        store.Save(call.Has("description") ? context with { Description = call.Text("description") } : context, chosen);
        call.Out.Write(name + "\n");
        call.Session.Flush();
        call.Err.Write($"Successfully updated context \"{name}\"\n");
        return 0;
    }

    public static void CheckName(string name)
    {
        if (name.Length == 0)
        {
            throw new CommandException("context name cannot be empty");
        }
        if (name == ContextStore.Default)
        {
            throw new CommandException("\"default\" is a reserved context name");
        }
        if (!char.IsAsciiLetterOrDigit(name[0]) || name.Length < 2 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '+' or '-'))
        {
            throw new CommandException($"context name {GoQuote.Quote(name)} is invalid, names are validated against regexp \"^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$\"");
        }
    }

    private static (StoredContext, Dictionary<string, byte[]>) Load(Invocation call, ContextStore store, string name)
        => name == ContextStore.Default ? (ContextListCommand.Default(call.Session), [])
            : (store.Load(name) ?? throw new CommandException(ContextStore.NotFound(call.Session.ConfigDirectory, name)), store.TlsFiles(name));

    private static (StoredContext, Dictionary<string, byte[]>) Apply(Invocation call, ContextStore store, StoredContext context, Dictionary<string, byte[]> files)
    {
        var settings = new Dictionary<string, string>();
        foreach (var field in call.List("docker").SelectMany(static word => Csv.Split(word) ?? [word]))
        {
            var pair = field.Split('=', 2);
            if (Array.IndexOf(Keys, pair[0]) < 0 || pair.Length < 2)
            {
                throw new CommandException($"unable to create docker endpoint config: unrecognized config key: {pair[0]}");
            }
            settings[pair[0]] = pair[1];
        }
        if (settings.TryGetValue("from", out var from))
        {
            var (other, copied) = Load(call, store, from);
            return (context with { Host = other.Host, SkipTlsVerify = other.SkipTlsVerify }, copied);
        }
        if (settings.Count == 0)
        {
            return (context, files);
        }
        var skip = settings.TryGetValue("skip-tls-verify", out var word)
            && (OptionCheck.Bool(word) ?? throw new CommandException($"unable to create docker endpoint config: skip-tls-verify: strconv.ParseBool: parsing {GoQuote.Quote(word)}: invalid syntax"));
        var host = settings.GetValueOrDefault("host", "");
        if (host.Length > 0)
        {
            EngineAddress.Parse(host, tls: false);
        }
        var chosen = new Dictionary<string, byte[]>();
        foreach (var (key, file) in new[] { ("ca", "ca.pem"), ("cert", "cert.pem"), ("key", "key.pem") })
        {
            if (settings.TryGetValue(key, out var path))
            {
                using var source = SourceFile.Open(path);
                var bytes = new MemoryStream();
                source.CopyTo(bytes);
                chosen[file] = bytes.ToArray();
            }
        }
        return (context with { Host = host, SkipTlsVerify = skip }, chosen);
    }
}
