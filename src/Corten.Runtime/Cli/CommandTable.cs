using Corten.Runtime.Cli.Commands;

namespace Corten.Runtime.Cli;

/// <summary>A command: its options, and what it does with them.</summary>
/// <param name="Name">As it is called.</param>
/// <param name="Usage">After the name in help.</param>
/// <param name="Summary">One line.</param>
/// <param name="Options">Its table.</param>
/// <param name="Run">Returns the exit code.</param>
/// <param name="StopAfter">Arguments after which options end; -1 for never.</param>
internal sealed record Command(
    string Name, string Usage, string Summary, IReadOnlyList<Option> Options, Func<RuntimeContext, OptionSet, int> Run, int StopAfter = -1);

/// <summary>The command line's one table: parsing, dispatch and help read it.</summary>
internal static class CommandTable
{
    public static readonly IReadOnlyList<Option> Global =
    [
        new("root"), new("log"), new("log-format"), new("log-level"), Option.Switch("debug"), Option.Switch("systemd-cgroup"), new("rootless"),
        new("criu"), Option.Switch("version", 'v'), Option.Switch("help", 'h'),
    ];

    private static readonly Option[] Creating =
    [
        new("bundle", 'b'), new("console-socket"), new("pidfd-socket"), new("pid-file"), Option.Switch("no-pivot"), Option.Switch("no-new-keyring"), new("preserve-fds"),
    ];

    public static readonly IReadOnlyList<Command> Commands =
    [
        new("create", "ID", "create a container", Creating, CreateCommand.Run),
        new("delete", "ID", "delete what is held of a container", [Option.Switch("force", 'f')], DeleteCommand.Run),
        new("events", "ID", "display container events such as OOM notifications, cpu, memory and IO usage", [new("interval"), Option.Switch("stats")], EventsCommand.Run),
        new("exec", "ID COMMAND [ARG...]", "execute a new process inside the container", ExecCommand.Options, ExecCommand.Run, StopAfter: 1),
        new("features", "", "show the enabled features", [], FeaturesCommand.Run),
        new("kill", "ID [SIGNAL]", "send a signal to the container's init process", [Option.Switch("all", 'a')], KillCommand.Run),
        new("list", "", "list containers with the given root", [new("format", 'f'), Option.Switch("quiet", 'q')], ListCommand.Run),
        new("pause", "ID", "suspend all processes in a container", [], PauseCommand.Pause),
        new("ps", "ID [PS OPTIONS]", "display the processes running inside a container", [new("format", 'f')], PsCommand.Run, StopAfter: 1),
        new("resume", "ID", "resume all processes in a container", [], PauseCommand.Resume),
        new("run", "ID", "create and run a container", [.. Creating, Option.Switch("detach", 'd'), Option.Switch("keep"), Option.Switch("no-subreaper")], RunCommand.Run),
        new("spec", "", "create a new specification file", [new("bundle", 'b'), Option.Switch("rootless")], SpecCommand.Run),
        new("start", "ID", "execute the user-defined process in a created container", [], StartCommand.Run),
        new("state", "ID", "output the state of a container", [], StateCommand.Run),
        new("update", "ID", "update container resource constraints", UpdateCommand.Options, UpdateCommand.Run),
    ];
}
