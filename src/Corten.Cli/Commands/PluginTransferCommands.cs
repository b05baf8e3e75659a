using Corten.Cli.Archive;
using Corten.Cli.Commands.Images;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using Corten.Oci.Image;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands;

/// <summary>Managed plugins on their way: made of a folder, fetched from a registry, uploaded, exchanged for a newer one, and their settings.</summary>
internal static class PluginTransferCommands
{
    public static Command DefineInstall() => new("[OPTIONS] PLUGIN [KEY=VALUE...]", "Install a plugin")
    {
        Min = 1,
        Options =
        [
            Text("alias", "Local name for the plugin"),
            Flag("disable", "Do not enable the plugin"),
            Flag("disable-content-trust", "Skip image verification") with { Default = "true" },
            Flag("grant-all-permissions", "Grant every permission that the plugin needs"),
        ],
        Run = Install,
    };

    public static Command DefineUpgrade() => new("[OPTIONS] PLUGIN [REMOTE]", "Upgrade an existing plugin")
    {
        Min = 1,
        Max = 2,
        Options =
        [
            Flag("disable-content-trust", "Skip image verification") with { Default = "true" },
            Flag("grant-all-permissions", "Grant every permission that the plugin needs"),
            Flag("skip-remote-check", "Do not check if the remote plugin is the one that is installed"),
        ],
        Run = static call =>
        {
            var remote = ImageReference.Parse(call.Args[^1]).WithDefaultTag();
            Fetch(call, remote, new Query($"/plugins/{Query.Segment(call.Args[0])}/upgrade").Add("remote", remote.ToString()));
            call.Out.Write($"Upgraded plugin {call.Args[0]} to {remote.Familiar}\n");
            return 0;
        },
    };

    public static Command DefinePush() => new("[OPTIONS] PLUGIN[:TAG]", "Push a plugin to a registry")
    {
        Min = 1,
        Max = 1,
        Options = [Flag("disable-content-trust", "Skip image signing") with { Default = "true" }],
        Run = static call =>
        {
            var name = ImageReference.Parse(call.Args[0]).WithDefaultTag();
            using var response = call.Engine.Send(new EngineRequest("POST", $"/plugins/{name}/push") { Headers = [RegistryAuth.Header(call, name)] });
            new ProgressPrinter(call.Out, call.Session.OutIsTerminal, call.Session.Width).Run(response.Body);
            return 0;
        },
    };

    public static Command DefineSet() => new("PLUGIN KEY=VALUE [KEY=VALUE...]", "Change settings for a plugin")
    {
        Min = 2,
        Run = static call =>
        {
            call.Engine.Do("POST", $"/plugins/{Query.Segment(call.Args[0])}/set", Settings(call.Args.Skip(1)));
            return 0;
        },
    };

    public static Command DefineCreate() => new("[OPTIONS] PLUGIN PLUGIN-DATA-DIR", "Create a plugin from a rootfs and configuration")
    {
        Min = 2,
        Max = 2,
        Options = [Flag("compress", "Compress the context with gzip")],
        Run = Create,
    };

    private static int Create(Invocation call)
    {
        var name = ImageReference.Parse(call.Args[0]).WithDefaultTag();
        var folder = Path.GetFullPath(call.Args[1]);
        if (!File.Exists(Path.Combine(folder, "config.json")))
        {
            throw new CommandException($"open {folder}/config.json: no such file or directory");
        }
        call.Engine.Send(new EngineRequest("POST", new Query("/plugins/create").Add("name", name.ToString()).ToString())
        {
            ContentType = "application/x-tar",
            WriteBody = body =>
            {
                var packer = new Packer(body);
                packer.Add(folder, "");
                packer.Finish();
            },
        }).Dispose();
        call.Out.Write(call.Args[0] + "\n");
        return 0;
    }

    private static int Install(Invocation call)
    {
        var remote = ImageReference.Parse(call.Args[0]).WithDefaultTag();
        var name = call.Text("alias") is { Length: > 0 } alias ? alias : remote.Familiar;
        Fetch(call, remote, new Query("/plugins/pull").Add("name", name).Add("remote", remote.ToString()));
        if (call.Args.Count > 1)
        {
            call.Engine.Do("POST", $"/plugins/{Query.Segment(name)}/set", Settings(call.Args.Skip(1)));
        }
        if (!call.Flag("disable"))
        {
            call.Engine.Do("POST", $"/plugins/{Query.Segment(name)}/enable?timeout=0");
        }
        call.Out.Write($"Installed plugin {call.Args[0]}\n");
        return 0;
    }

    /// <summary>Asks which permissions the plugin wants, and the user whether it may have them, before it is fetched.</summary>
    private static void Fetch(Invocation call, ImageReference remote, Query query)
    {
        var header = RegistryAuth.Header(call, remote);
        using var wanted = call.Engine.Send(new EngineRequest("GET", new Query("/plugins/privileges").Add("remote", remote.ToString()).ToString()) { Headers = [header] }).ReadJson();
        if (!call.Flag("grant-all-permissions") && wanted.RootElement.GetArrayLength() > 0)
        {
            var lines = wanted.RootElement.EnumerateArray().Select(static one => $" - {one.Text("Name")}: [{string.Join(' ', one.Texts("Value"))}]\n");
            if (!Confirm.Ask(call, $"Plugin \"{remote.Familiar}\" is requesting the following privileges:\n{string.Concat(lines)}"))
            {
                throw new CommandException("permission denied while installing plugin");
            }
        }
        using var response = call.Engine.Send(new EngineRequest("POST", query.ToString()) { Headers = [header], Body = Json.Bytes(wanted.RootElement.WriteTo) });
        new ProgressPrinter(call.Out, call.Session.OutIsTerminal, call.Session.Width).Run(response.Body);
    }

    private static byte[] Settings(IEnumerable<string> words) => Json.Bytes(writer =>
    {
        writer.WriteStartArray();
        foreach (var word in words)
        {
            writer.WriteStringValue(word);
        }
        writer.WriteEndArray();
    });
}
