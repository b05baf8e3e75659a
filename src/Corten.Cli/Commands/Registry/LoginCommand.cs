using System.Text.Json;
using Corten.Cli.Config;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using Corten.Linux.Terminals;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Registry;

/// <summary>Checks a user's credentials with a registry and keeps them.</summary>
internal static class LoginCommand
{
    public static Command Define() => new("[OPTIONS] [SERVER]", "Authenticate to a registry")
    {
        Max = 1,
        Options =
        [
            Text("password", 'p', "Password or token"),
            Flag("password-stdin", "Take the password from stdin"),
            Text("username", 'u', "User name"),
        ],
        Run = Run,
        Completes = Completion.Nothing,
        Paths = ["login"],
        Details = "Without a server, the official registry is meant.",
    };

    /// <summary>The registry that a server's name means: the official one for none, a host without scheme and path otherwise.</summary>
    public static string RegistryOf(IReadOnlyList<string> args)
    {
        if (args.Count == 0 || args[0].Length == 0 || args[0] is "docker.io" or "index.docker.io" or "registry-1.docker.io" or CredentialStore.OfficialRegistry)
        {
            return CredentialStore.OfficialRegistry;
        }
        var bare = args[0].Replace("https://", "", StringComparison.Ordinal).Replace("http://", "", StringComparison.Ordinal);
        return bare.Split('/', 2)[0];
    }

    private static int Run(Invocation call)
    {
        var registry = RegistryOf(call.Args);
        var store = new CredentialStore(call.Config);
        var password = Password(call);
        var user = call.Text("username");
        if (user.Length == 0 && password.Length == 0)
        {
            var known = store.Find(registry);
            if (known.Username.Length > 0 || known.IdentityToken.Length > 0)
            {
                call.Out.Write($"Authenticating with existing credentials...{(known.Username.Length > 0 ? $" [Username: {known.Username}]" : "")}\n");
                return Login(call, store, known with { Registry = registry });
            }
        }
        if (user.Length == 0)
        {
            user = Prompt(call, "Username: ", silent: false);
            if (user.Length == 0)
            {
                throw new CommandException("Error: Non-null Username Required");
            }
        }
        if (password.Length == 0)
        {
            password = Prompt(call, "Password: ", silent: true);
            if (password.Length == 0)
            {
                throw new CommandException("Error: Password Required");
            }
        }
        return Login(call, store, new Credential(user, password, "", registry));
    }

    private static string Password(Invocation call)
    {
        if (call.Flag("password-stdin"))
        {
            if (call.Has("password"))
            {
                throw new CommandException("conflicting options: cannot specify both --password and --password-stdin");
            }
            if (!call.Has("username"))
            {
                throw new CommandException("the --password-stdin option requires --username to be set");
            }
            var bytes = new MemoryStream();
            call.Session.In.CopyTo(bytes);
            var text = System.Text.Encoding.UTF8.GetString(bytes.ToArray());
            return text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text;
        }
        if (call.Has("password"))
        {
            call.Err.Write("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n");
        }
        return call.Text("password");
    }

    private static string Prompt(Invocation call, string question, bool silent)
    {
        if (!call.Session.InIsTerminal)
        {
            throw new CommandException("Error: Cannot perform an interactive login from a non TTY device");
        }
        call.Out.Write(question);
        call.Out.Flush();
        if (!silent)
        {
            return Confirm.ReadLine(call.Session.In)?.Trim() ?? "";
        }
        var terminal = TerminalMode.Save(0);
        try
        {
            terminal.SetSilent();
            return Confirm.ReadLine(call.Session.In) ?? "";
        }
        finally
        {
            terminal.Restore();
            call.Out.Write('\n');
        }
    }

    private static int Login(Invocation call, CredentialStore store, Credential credential)
    {
        using var answer = call.Engine.Send(new EngineRequest("POST", "/auth") { Body = Json.Bytes(credential.WriteTo) });
        var body = answer.ReadBytes();
        var (token, status) = ("", "Login Succeeded");
        if (body.Length > 0)
        {
            using var json = JsonDocument.Parse(body);
            token = json.RootElement.Text("IdentityToken");
            status = json.RootElement.Text("Status") is { Length: > 0 } words ? words : status;
        }
        var kept = token.Length > 0 ? credential with { Password = "", IdentityToken = token } : credential;
        if (store.Store(kept) is null)
        {
            call.Session.Flush();
            call.Err.Write($"\nWARNING! Your credentials are stored unencrypted in '{call.Config.FilePath}'.\nConfigure a credential helper to remove this warning. See\n"
                + "https://docs.docker.com/go/credential-store/\n\n");
        }
        call.Session.Flush();
        call.Out.Write(status + "\n");
        return 0;
    }
}
