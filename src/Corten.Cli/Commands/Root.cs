using Corten.Cli.Commands.Builder;
using Corten.Cli.Commands.Contexts;
using Corten.Cli.Commands.Engine;
using Corten.Cli.Commands.Registry;
using Corten.Cli.Grammar;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands;

/// <summary>The tree of commands.</summary>
internal static class Root
{
    public static Command Define() => new("[OPTIONS] COMMAND", "Build, run and share containers")
    {
        Options =
        [
            Text("config", "Folder of the client's configuration (default ~/.docker)"),
            Text("context", 'c', "Context that names the daemon (over DOCKER_HOST and the context in use)") with { Completes = Completion.Contexts },
            Flag("debug", 'D', "Print what helps to find faults"),
            List("host", 'H', "Socket of the daemon") with { TypeWord = "string" },
            Text("log-level", 'l', "How much to log") with { Default = "info", Choices = ["debug", "info", "warn", "error", "fatal"], Check = LogLevel },
            Flag("tls", "Use TLS; implied by --tlsverify"),
            Text("tlscacert", "Trust only certificates of this authority (default ~/.docker/ca.pem)"),
            Text("tlscert", "TLS certificate of the client (default ~/.docker/cert.pem)"),
            Text("tlskey", "TLS key of the client (default ~/.docker/key.pem)"),
            Flag("tlsverify", "Use TLS and verify the daemon"),
            Flag("version", 'v', "Print the version and quit"),
        ],
        Children =
        [
            .. Common(), .. Groups(), .. TopLevel(), .. Hidden(),
        ],
    };

    private static Entry[] Common() =>
    [
        new("run", Containers.RunCommand.Define) { Section = Section.Common },
        new("exec", Containers.ExecCommand.Define) { Section = Section.Common },
        new("ps", Containers.ListCommand.Define) { Section = Section.Common },
        new("build", BuildCommand.Define) { Section = Section.Common },
        new("pull", Images.PullCommand.Define) { Section = Section.Common },
        new("push", Images.PushCommand.Define) { Section = Section.Common },
        new("images", Images.ListCommand.Define) { Section = Section.Common },
        new("login", LoginCommand.Define) { Section = Section.Common },
        new("logout", LogoutCommand.Define) { Section = Section.Common },
        new("search", Images.SearchCommand.Define) { Section = Section.Common },
        new("version", VersionCommand.Define) { Section = Section.Common },
        new("info", InfoCommand.Define) { Section = Section.Common },
    ];

    private static Entry[] Groups() =>
    [
        Group("builder", "Manage builds", [new("build", BuildCommand.Define), new("prune", Builder.PruneCommand.Define)]),
        Group("buildx", "Build with the engine's build service",
        [
            new("build", BuildCommand.Define) { Aliases = ["b"] }, new("prune", Builder.PruneCommand.Define),
        ]),
        Group("checkpoint", "Manage checkpoints",
        [
            new("create", CheckpointCommands.DefineCreate), new("ls", CheckpointCommands.DefineList) { Aliases = ["list"] },
            new("rm", CheckpointCommands.DefineRemove) { Aliases = ["remove"] },
        ]) with { Section = Section.Hidden },
        Group("container", "Manage containers",
        [
            new("attach", Containers.AttachCommand.Define), new("commit", Containers.CommitCommand.Define), new("cp", Containers.CopyCommand.Define),
            new("create", Containers.CreateCommand.Define), new("diff", Containers.DiffCommand.Define), new("exec", Containers.ExecCommand.Define),
            new("export", Containers.ExportCommand.Define), new("inspect", Containers.InspectCommand.Define), new("kill", Containers.KillCommand.Define),
            new("logs", Containers.LogsCommand.Define), new("ls", Containers.ListCommand.Define) { Aliases = ["list", "ps"] },
            new("pause", Containers.PauseCommand.Define), new("port", Containers.PortCommand.Define), new("prune", Containers.PruneCommand.Define),
            new("rename", Containers.RenameCommand.Define), new("restart", Containers.RestartCommand.Define),
            new("rm", Containers.RemoveCommand.Define) { Aliases = ["remove"] }, new("run", Containers.RunCommand.Define),
            new("start", Containers.StartCommand.Define), new("stats", Containers.StatsCommand.Define), new("stop", Containers.StopCommand.Define),
            new("top", Containers.TopCommand.Define), new("unpause", Containers.PauseCommand.DefineUnpause), new("update", Containers.UpdateCommand.Define),
            new("wait", Containers.WaitCommand.Define),
        ]),
        Group("context", "Manage contexts",
        [
            new("create", ContextCreateCommand.Define), new("export", ContextTransferCommands.DefineExport), new("import", ContextTransferCommands.DefineImport),
            new("inspect", ContextInspectCommand.Define), new("ls", ContextListCommand.Define) { Aliases = ["list"] },
            new("rm", ContextRemoveCommand.Define) { Aliases = ["remove"] }, new("show", ContextUseCommand.DefineShow),
            new("update", ContextCreateCommand.DefineUpdate), new("use", ContextUseCommand.Define),
        ]),
        Group("image", "Manage images",
        [
            new("build", BuildCommand.Define), new("history", Images.HistoryCommand.Define), new("import", Images.ImportCommand.Define),
            new("inspect", Images.InspectCommand.Define), new("load", Images.LoadCommand.Define), new("ls", Images.ListCommand.Define) { Aliases = ["list"] },
            new("prune", Images.PruneCommand.Define), new("pull", Images.PullCommand.Define), new("push", Images.PushCommand.Define),
            new("rm", Images.RemoveCommand.Define) { Aliases = ["remove"] }, new("save", Images.SaveCommand.Define), new("tag", Images.TagCommand.Define),
        ]),
        Group("manifest", "Manage lists of manifests, of which registries make images of several platforms", Manifests.ManifestCommands.Entries()),
        Group("network", "Manage networks",
        [
            new("connect", Networks.ConnectCommand.Define), new("create", Networks.CreateCommand.Define), new("disconnect", Networks.ConnectCommand.DefineDisconnect),
            new("inspect", Networks.InspectCommand.Define), new("ls", Networks.ListCommand.Define) { Aliases = ["list"] },
            new("prune", Networks.PruneCommand.Define), new("rm", Networks.RemoveCommand.Define) { Aliases = ["remove"] },
        ]),
        Group("plugin", "Manage plugins", PluginCommands.Entries()),
        Group("system", "Manage the engine",
        [
            new("df", DiskUsageCommand.Define), new("dial-stdio", DialStdioCommand.Define) { Section = Section.Hidden }, new("events", EventsCommand.Define),
            new("info", InfoCommand.Define), new("prune", Engine.PruneCommand.Define),
        ]),
        Group("trust", "Manage trust (not supported)", UnsupportedCommands.Trust()) with { Section = Section.Hidden },
        Group("volume", "Manage volumes",
        [
            new("clone", Volumes.CloneCommand.Define), new("create", Volumes.CreateCommand.Define), new("export", Volumes.ExportCommand.Define),
            new("import", Volumes.ImportCommand.Define), new("inspect", Volumes.InspectCommand.Define),
            new("ls", Volumes.ListCommand.Define) { Aliases = ["list"] }, new("prune", Volumes.PruneCommand.Define),
            new("rm", Volumes.RemoveCommand.Define) { Aliases = ["remove"] }, new("snapshot", Volumes.SnapshotCommand.Define),
            new("update", Volumes.UpdateCommand.Define) { Section = Section.Hidden },
        ]),
    ];

    private static Entry[] TopLevel() =>
    [
        new("attach", Containers.AttachCommand.Define), new("commit", Containers.CommitCommand.Define), new("completion", CompletionCommand.Define),
        new("cp", Containers.CopyCommand.Define), new("create", Containers.CreateCommand.Define), new("diff", Containers.DiffCommand.Define),
        new("events", EventsCommand.Define), new("export", Containers.ExportCommand.Define), new("help", HelpCommand.Define) { Section = Section.Hidden },
        new("history", Images.HistoryCommand.Define), new("import", Images.ImportCommand.Define), new("inspect", Engine.InspectCommand.Define),
        new("kill", Containers.KillCommand.Define), new("load", Images.LoadCommand.Define), new("logs", Containers.LogsCommand.Define),
        new("pause", Containers.PauseCommand.Define), new("port", Containers.PortCommand.Define), new("rename", Containers.RenameCommand.Define),
        new("restart", Containers.RestartCommand.Define), new("rm", Containers.RemoveCommand.Define), new("rmi", Images.RemoveCommand.Define),
        new("save", Images.SaveCommand.Define), new("start", Containers.StartCommand.Define), new("stats", Containers.StatsCommand.Define),
        new("stop", Containers.StopCommand.Define), new("tag", Images.TagCommand.Define), new("top", Containers.TopCommand.Define),
        new("unpause", Containers.PauseCommand.DefineUnpause), new("update", Containers.UpdateCommand.Define), new("wait", Containers.WaitCommand.Define),
    ];

    private static Entry[] Hidden() =>
    [
        new("__complete", CompletionCommand.DefineComplete) { Section = Section.Hidden },
        .. SwarmCommands.Names.Select(static name => new Entry(name, () => SwarmCommands.Define(name)) { Section = Section.Hidden }),
    ];

    private static Entry Group(string name, string summary, Entry[] children)
        => new(name, () => new Command("COMMAND", summary) { Children = children }) { Section = Section.Management };

    private static string? LogLevel(string value)
        => value is "debug" or "info" or "warn" or "error" or "fatal" ? null : $"unable to parse logging level: {value}";
}
