using Corten.Cli.Attach;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using Corten.Oci.Errors;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Starts containers that were stopped; with <c>-a</c> or <c>-i</c>, one, and stays with it.</summary>
internal static class StartCommand
{
    public static Command Define() => new("[OPTIONS] CONTAINER [CONTAINER...]", "Start one or more stopped containers")
    {
        Min = 1,
        Options =
        [
            Flag("attach", 'a', "Attach to the container's output and forward signals"),
            Text("checkpoint", "Restore from this checkpoint") with { Hidden = true, Needs = Option.Experimental },
            Text("checkpoint-dir", "Where the checkpoint is kept") with { Hidden = true, Needs = Option.Experimental },
            Text("detach-keys", "Key sequence that detaches from the container"),
            Flag("interactive", 'i', "Attach to the container's STDIN, too"),
        ],
        Run = Run,
        Completes = Completion.StoppedContainers,
        Paths = ["container start", "start"],
    };

    private static int Run(Invocation call)
    {
        var keys = RunCommand.DetachKeys(call);
        if (call.Flag("attach") || call.Flag("interactive"))
        {
            return call.Args.Count > 1 ? throw new CommandException("you cannot start and attach multiple containers at once") : Attached(call, keys);
        }
        var failed = new List<string>();
        foreach (var name in call.Args)
        {
            try
            {
                call.Engine.Do("POST", StartPath(Query.Segment(name)));
                call.Out.Write(name + "\n");
            }
            catch (CortenException failure)
            {
                call.Session.Flush();
                call.Err.Write(Dispatcher.Words(failure) + "\n");
                failed.Add(name);
            }
        }
        return failed.Count == 0 ? 0 : throw new CommandException($"Error: failed to start containers: {string.Join(", ", failed)}");
    }

    private static int Attached(Invocation call, string keys)
    {
        using var inspected = call.Engine.GetJson($"/containers/{Query.Segment(call.Args[0])}/json");
        var (id, config) = (inspected.RootElement.Text("Id"), inspected.RootElement.Get("Config"));
        var (tty, input) = (config.Flag("Tty"), call.Flag("interactive") && config.Flag("OpenStdin"));
        var path = new Query($"/containers/{id}/attach").AddIf("detachKeys", keys).Add("stderr", "1").AddIf("stdin", input).Add("stdout", "1").Add("stream", "1").ToString();
        using var attachment = new Attachment(call.Session, call.Engine.Hijack(new EngineRequest("POST", path)), tty, input, keys);
        using var exit = RunCommand.Wait(call, id, inspected.RootElement.Get("HostConfig").Flag("AutoRemove") ? "removed" : "next-exit");
        call.Engine.Do("POST", StartPath(id));
        using var resizer = tty && call.Session.OutIsTerminal ? new WindowResizer(call.Engine, $"/containers/{id}/resize") : null;
        resizer?.Send();
        using var proxy = tty ? null : new SignalProxy(call.Engine, id);
        return attachment.Run(output: true, errors: true) ? RunCommand.ExitCode(exit) : 0;
    }

    private static string StartPath(string container) => $"/containers/{container}/start";
}
