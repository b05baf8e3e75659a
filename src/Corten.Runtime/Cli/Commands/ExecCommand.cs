using System.Globalization;
using System.Text.Json;
using Corten.Linux.Processes;
using Corten.Linux.Security;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;
using Corten.Runtime.Creation;
using Corten.Runtime.Operations;
using Corten.Runtime.State;

namespace Corten.Runtime.Cli.Commands;

/// <summary><c>exec</c>: one more process in a running container, described by a file or by options over the container's own process.</summary>
internal static class ExecCommand
{
    public static readonly IReadOnlyList<Option> Options =
    [
        new("console-socket"), new("pidfd-socket"), new("cwd"), new("env", 'e'), Option.Switch("tty", 't'), new("user", 'u'), new("additional-gids", 'g'),
        new("process", 'p'), Option.Switch("detach", 'd'), new("pid-file"), new("process-label"), new("apparmor"), Option.Switch("no-new-privs"), new("cap", 'c'),
        new("preserve-fds"), new("cgroup"), Option.Switch("ignore-paused"),
    ];

    public static int Run(RuntimeContext context, OptionSet options)
    {
        RuntimeState state = context.Store.Load(options.RequireId());
        string status = context.StatusOf(state);
        if (status == "stopped") throw CortenException.Conflict("cannot exec in a stopped container");
        if (status == "paused" && !options.Flag("ignore-paused")) throw CortenException.Conflict("cannot exec in a paused container (use --ignore-paused to override)");
        RuntimeSpec spec = BundleFile.Parse(BundleFile.ReadBytes(state.ConfigPath));
        SeccompFilter? filter = spec.Linux?.Seccomp is { } seccomp ? SeccompCompiler.Compile(seccomp) : null;
        ProcessPlan plan = ProcessPlan.Build(Describe(options, spec), filter, (int)(options.Number("preserve-fds") ?? 0));
        bool detach = options.Flag("detach");
        if (plan.Spec.Terminal && detach && !options.Has("console-socket")) throw CortenException.Invalid("cannot allocate tty without a console socket when the runtime does not stay");
        using ContainerTarget target = ContainerTarget.Open(state.Pid, state.StartTime, context.Cgroups, options.Values("cgroup"));
        JoinedProcess started = Start(target, plan);
        using (started.Pidfd)
        using (started.Console)
        {
            ProcessHandover.Deliver(started.Pid, started.Pidfd, started.Console, options.Value("console-socket"), options.Value("pidfd-socket"), options.Value("pid-file"));
            return detach ? 0 : Foreground.Stay(started.Pidfd, options.Has("console-socket") ? null : started.Console);
        }
    }

    private static JoinedProcess Start(ContainerTarget target, ProcessPlan plan)
    {
        (InitChannel maker, InitChannel child) = InitChannel.Create();
        using (maker)
        {
            JoinedProcess started;
            using (child) started = ContainerJoin.Start(target, plan, Stdio.Inherited, asSibling: false, child.SendFailure);
            try
            {
                maker.Receive();
                return started;
            }
            catch (StepException e)
            {
                Child.Wait(started.Pidfd);
                throw new StepException(e.Step, e.Errno, $"exec failed: unable to start container process: {e.Message}", e);
            }
        }
    }

    private static ProcessSpec Describe(OptionSet options, RuntimeSpec spec)
    {
        if (options.Value("process") is { } path)
        {
            try
            {
                return RuntimeSpecReader.ReadProcess(File.ReadAllBytes(path)) ?? throw CortenException.Invalid($"{path} is empty");
            }
            catch (JsonException e)
            {
                throw CortenException.Invalid($"{path}: {e.Message}", e);
            }
        }
        ProcessSpec own = spec.Process ?? throw CortenException.Invalid("process property must not be empty");
        List<string> arguments = options.Arguments.GetRange(1, options.Arguments.Count - 1);
        if (arguments.Count == 0) throw CortenException.Invalid("process args cannot be empty");
        return own with
        {
            Args = arguments,
            Cwd = options.Value("cwd") ?? own.Cwd,
            Env = [.. own.Env ?? [], .. options.Values("env")],
            Terminal = options.Flag("tty"),
            ConsoleSize = null,
            User = ReadUser(options, own.User),
            SelinuxLabel = options.Value("process-label") ?? own.SelinuxLabel,
            ApparmorProfile = options.Value("apparmor") ?? own.ApparmorProfile,
            NoNewPrivileges = options.Flag("no-new-privs") || own.NoNewPrivileges,
            Capabilities = WithCapabilities(own.Capabilities, options.Values("cap")),
        };
    }

    private static UserSpec ReadUser(OptionSet options, UserSpec own)
    {
        UserSpec user = own;
        if (options.Value("user") is { } text)
        {
            string[] parts = text.Split(':', 2);
            user = new UserSpec { Uid = Id(parts[0], "user"), Gid = parts.Length > 1 ? Id(parts[1], "user") : 0 };
        }
        IReadOnlyList<string> groups = options.Values("additional-gids");
        return groups.Count == 0 ? user : user with { AdditionalGids = [.. user.AdditionalGids ?? [], .. groups.Select(group => Id(group, "additional-gids"))] };
    }

    private static uint Id(string text, string option)
        => uint.TryParse(text, CultureInfo.InvariantCulture, out uint id) ? id : throw CortenException.Invalid($"invalid value \"{text}\" for --{option}: expected a number");

    /// <summary>--cap adds to the sets that count for a program run as root: not to inheritable and ambient.</summary>
    private static CapabilitySets? WithCapabilities(CapabilitySets? own, IReadOnlyList<string> added) => added.Count == 0 ? own : new CapabilitySets
    {
        Bounding = [.. own?.Bounding ?? [], .. added],
        Effective = [.. own?.Effective ?? [], .. added],
        Permitted = [.. own?.Permitted ?? [], .. added],
        Inheritable = own?.Inheritable,
        Ambient = own?.Ambient,
    };
}
