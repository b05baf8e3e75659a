using Corten.Linux;
using Corten.Linux.Processes;
using Corten.Oci.Errors;
using Corten.Runtime.Operations;

namespace Corten.Runtime.Cli;

/// <summary>The runtime's command line, as the reference runtime has it.</summary>
internal static class RuntimeCli
{
    public const string Version = "0.1.0", SpecVersion = "1.3.0";

    private const string DefaultRoot = "/run/corten-runtime";

    public static int Run(string[] arguments)
    {
        var log = new RuntimeLog(null, "text", "info");
        try
        {
            OptionSet global = OptionSet.Parse(arguments, CommandTable.Global, stopAfter: 1);
            if (global.Flag("version")) return PrintVersion();
            if (global.Flag("help") || global.Arguments.Count == 0 || global.Arguments[0] is "help") return Help();
            log = new RuntimeLog(global.Value("log"), global.Value("log-format") ?? "text", global.Flag("debug") ? "debug" : global.Value("log-level") ?? "info");
            // What starts processes in containers must not be writable from inside them. A word that is only an argument does no harm here.
            if (arguments.AsSpan().ContainsAny("create", "run", "exec")) HostBinary.Require();
            if (global.Flag("systemd-cgroup")) throw CortenException.NotImplemented("--systemd-cgroup: this runtime manages cgroups by cgroupfs only");
            string name = global.Arguments[0];
            Command command = CommandTable.Commands.FirstOrDefault(known => known.Name == name) ?? throw CortenException.Invalid($"No help topic for '{name}'");
            OptionSet options = OptionSet.Parse(global.Arguments.GetRange(1, global.Arguments.Count - 1), [.. command.Options, Option.Switch("help", 'h')], command.StopAfter);
            return options.Flag("help") ? Help(command) : command.Run(new RuntimeContext(RootFolder(global.Value("root")), log), options);
        }
        catch (Exception e) when (e is CortenException or StepException or IOException or UnauthorizedAccessException)
        {
            log.Error(e.Message);
            return 1;
        }
    }

    private static string RootFolder(string? given)
    {
        if (given is { Length: > 0 }) return given;
        bool personal = Credentials.EffectiveUser != 0 && Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 };
        return personal ? Path.Combine(Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")!, "corten-runtime") : DefaultRoot;
    }

    private static int PrintVersion()
    {
        Output.Line($"corten-runtime version {Version}\nspec: {SpecVersion}");
        return 0;
    }

    private static int Help()
    {
        Output.Line("corten-runtime: runs containers by the Open Container Initiative's runtime specification\n\nusage: corten-runtime [global options] COMMAND [options] [ARG...]\n\ncommands:");
        foreach (Command command in CommandTable.Commands) Output.Line($"  {command.Name,-10} {command.Summary}");
        Output.Line("\nglobal options:");
        PrintOptions(CommandTable.Global);
        return 0;
    }

    private static int Help(Command command)
    {
        Output.Line($"usage: corten-runtime {command.Name} [options] {command.Usage}\n\n{command.Summary}\n\noptions:");
        PrintOptions(command.Options);
        return 0;
    }

    private static void PrintOptions(IReadOnlyList<Option> options)
    {
        foreach (Option option in options)
        {
            Output.Line($"  {(option.Short == '\0' ? "" : $"-{option.Short}, ")}--{option.Name}{(option.TakesValue ? " VALUE" : "")}");
        }
    }
}
