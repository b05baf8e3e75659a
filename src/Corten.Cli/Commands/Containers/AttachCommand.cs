using Corten.Cli.Attach;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Joins our streams with those of a container that runs.</summary>
internal static class AttachCommand
{
    public static Command Define() => new("[OPTIONS] CONTAINER", "Attach local standard input, output, and error streams to a running container")
    {
        Min = 1,
        Max = 1,
        Options =
        [
            Text("detach-keys", "Key sequence that detaches from the container"),
            Flag("no-stdin", "Do not attach STDIN"),
            Flag("sig-proxy", "Pass received signals on to the process") with { Default = "true" },
        ],
        Run = Run,
        Completes = Completion.RunningContainers,
        Paths = ["container attach", "attach"],
    };

    private static int Run(Invocation call)
    {
        var keys = RunCommand.DetachKeys(call);
        using var inspected = call.Engine.GetJson($"/containers/{Query.Segment(call.Args[0])}/json");
        var state = inspected.RootElement.Get("State");
        CheckState(state.Flag("Running"), state.Flag("Paused"), state.Flag("Restarting"));
        var config = inspected.RootElement.Get("Config");
        var (tty, input) = (config.Flag("Tty"), config.Flag("OpenStdin") && !call.Flag("no-stdin"));
        Attachment.CheckTerminal(input, tty);
        var id = inspected.RootElement.Text("Id");
        using var exit = RunCommand.Wait(call, id, "not-running");
        var path = new Query($"/containers/{id}/attach").AddIf("detachKeys", keys).Add("stderr", "1").AddIf("stdin", input).Add("stdout", "1").Add("stream", "1").ToString();
        using var attachment = new Attachment(call.Session, call.Engine.Hijack(new EngineRequest("POST", path)), tty, input, keys);
        using var resizer = tty && call.Session.OutIsTerminal ? new WindowResizer(call.Engine, $"/containers/{id}/resize") : null;
        resizer?.Send(extraRows: 1);
        resizer?.Send();
        using var proxy = call.Flag("sig-proxy") && !tty ? new SignalProxy(call.Engine, id) : null;
        return attachment.Run(output: true, errors: true) ? RunCommand.ExitCode(exit) : throw new CommandException("read escape sequence");
    }

    private static void CheckState(bool running, bool paused, bool restarting)
    {
        if (!running)
        {
            throw new CommandException("You cannot attach to a stopped container, start it first");
        }
        if (paused)
        {
            throw new CommandException("You cannot attach to a paused container, unpause it first");
        }
        if (restarting)
        {
            throw new CommandException("You cannot attach to a restarting container, wait until it is running");
        }
    }
}
