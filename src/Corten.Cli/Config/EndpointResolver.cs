using Corten.Cli.Shell;
using Corten.Client;

namespace Corten.Cli.Config;

/// <summary>Chooses the daemon: <c>-H</c>, <c>--context</c>, DOCKER_HOST, DOCKER_CONTEXT, config.json's currentContext, the default socket, in that order.</summary>
internal static class EndpointResolver
{
    public static Endpoint Resolve(Session session)
    {
        var hosts = session.Global.List("host");
        var context = ContextName(session);
        if (context != ContextStore.Default)
        {
            return FromContext(session, context);
        }
        var host = hosts.Count > 0 ? hosts[0] : Environment.GetEnvironmentVariable("DOCKER_HOST") ?? "";
        var tls = TlsOf(session);
        return host.Length == 0
            ? new Endpoint(ContextStore.Default, EngineAddress.Default, null, IsDefault: true)
            : new Endpoint(ContextStore.Default, EngineAddress.Parse(host, tls is not null), tls, IsDefault: false);
    }

    /// <summary>The context in use.</summary>
    public static string ContextName(Session session)
    {
        var hosts = session.Global.List("host");
        if (hosts.Count > 1)
        {
            throw new CommandException("Specify only one -H");
        }
        var asked = session.Global.Text("context");
        if (hosts.Count > 0)
        {
            return asked.Length == 0 ? ContextStore.Default
                : throw new CommandException("conflicting options: cannot specify both --host and --context");
        }
        if (asked.Length > 0)
        {
            return asked;
        }
        if (Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 })
        {
            return ContextStore.Default;
        }
        if (Environment.GetEnvironmentVariable("DOCKER_CONTEXT") is { Length: > 0 } fromEnvironment)
        {
            return fromEnvironment;
        }
        return session.Config.CurrentContext is { Length: > 0 } current ? current : ContextStore.Default;
    }

    /// <summary>TLS by <c>--tls</c>, <c>--tlsverify</c> and their files, or DOCKER_TLS, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH.</summary>
    private static TlsSettings? TlsOf(Session session)
    {
        var global = session.Global;
        var verify = global.Has("tlsverify") ? global.Flag("tlsverify") : Environment.GetEnvironmentVariable("DOCKER_TLS_VERIFY") is { Length: > 0 };
        var files = global.Has("tlscacert") || global.Has("tlscert") || global.Has("tlskey");
        if (!verify && !global.Flag("tls") && !files && Environment.GetEnvironmentVariable("DOCKER_TLS") is not { Length: > 0 })
        {
            return null;
        }
        var folder = Environment.GetEnvironmentVariable("DOCKER_CERT_PATH") is { Length: > 0 } path ? path : session.ConfigDirectory;
        return new TlsSettings(
            FileOf("tlscacert", "ca.pem", mustExist: verify), FileOf("tlscert", "cert.pem", mustExist: false), FileOf("tlskey", "key.pem", mustExist: false), verify);

        string? FileOf(string option, string name, bool mustExist)
        {
            if (global.Has(option))
            {
                return global.Text(option);
            }
            var file = Path.Combine(folder, name);
            return mustExist || File.Exists(file) ? file : null;
        }
    }

    private static Endpoint FromContext(Session session, string name)
    {
        var stored = new ContextStore(session.ConfigDirectory).Load(name)
            ?? throw new CommandException($"Failed to initialize: unable to resolve docker endpoint: {ContextStore.NotFound(session.ConfigDirectory, name)}");
        return new Endpoint(name, EngineAddress.Parse(stored.Host, stored.Tls is not null), stored.Tls, IsDefault: false);
    }
}
