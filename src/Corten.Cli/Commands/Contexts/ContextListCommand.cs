using Corten.Cli.Config;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Contexts;

/// <summary>Lists the daemons that have names.</summary>
internal static class ContextListCommand
{
    private static readonly Column[] Columns =
    [
        new("Current", ""), new("Name", "NAME"), new("Description", "DESCRIPTION"), new("DockerEndpoint", "DOCKER ENDPOINT"), new("Error", "ERROR"),
    ];

    public static Command Define() => new("[OPTIONS]", "List contexts")
    {
        Max = 0,
        Options = [FormatOption.List(), Flag("quiet", 'q', "Show names only")],
        Run = Run,
        Paths = ["context ls", "context list"],
    };

    private static int Run(Invocation call)
    {
        var current = EndpointResolver.ContextName(call.Session);
        var contexts = new List<StoredContext> { Default(call.Session) };
        contexts.AddRange(new ContextStore(call.Session.ConfigDirectory).All());
        contexts.Sort(static (a, b) => NaturalOrder.Instance.Compare(a.Name, b.Name));
        if (call.Flag("quiet"))
        {
            contexts.ForEach(context => call.Out.Write(context.Name + "\n"));
            return Warn(call);
        }
        var rows = contexts.Select(context => new Row("*formatter.clientContextContext", Columns, name => name switch
        {
            "Current" => context.Name == current,
            "Name" => context.Name,
            "Description" => Ellipsis.Cut(context.Description, 50),
            "DockerEndpoint" => context.Host,
            _ => "",
        }));
        ListPrinter.Print(call.Out, call.Text("format"), @"{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}", Columns, rows);
        return Warn(call);
    }

    /// <summary>Says that the list's star does not decide while DOCKER_HOST is set.</summary>
    private static int Warn(Invocation call)
    {
        if (Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 })
        {
            call.Session.Flush();
            call.Err.Write("Warning: DOCKER_HOST environment variable overrides the active context. To use a context, either set the global --context flag, or unset DOCKER_HOST environment variable.\n");
        }
        return 0;
    }

    /// <summary>The context that is always there: what the options and the environment say.</summary>
    public static StoredContext Default(Session session)
    {
        var hosts = session.Global.List("host");
        var host = hosts.Count > 0 ? hosts[0] : Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } given ? given : EngineAddress.Default.Text;
        return new StoredContext(ContextStore.Default, "Current DOCKER_HOST based configuration", host, false, null);
    }
}
