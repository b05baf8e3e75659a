using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;
using Corten.Client;
using Corten.Oci.Errors;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Shows what containers use of processors, memory, network and disks, once or live.</summary>
internal static class StatsCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public static Command Define() => new("[OPTIONS] [CONTAINER...]", "Display a live stream of container(s) resource usage statistics")
    {
        Options =
        [
            Flag("all", 'a', "Show all containers, not only those that run"),
            FormatOption.List(),
            Flag("no-stream", "Show the first result only"),
            Flag("no-trunc", "Do not shorten output"),
        ],
        Run = Run,
        Completes = Completion.RunningContainers,
        Paths = ["container stats", "stats"],
    };

    private static int Run(Invocation call)
    {
        var once = call.Flag("no-stream");
        var board = new StatsBoard(call.Engine, once);
        if (call.Args.Count > 0)
        {
            foreach (var name in call.Args)
            {
                InspectCommand.Find(call.Engine, name, size: false);
                board.Watch(name);
            }
        }
        else
        {
            using var running = call.Engine.GetJson(new Query("/containers/json").AddIf("all", call.Flag("all")).ToString());
            foreach (var item in running.RootElement.EnumerateArray())
            {
                board.Watch(item.Text("Id"));
            }
        }
        if (once)
        {
            board.WaitForAll();
            ThrowFirst(board);
            Show(call, board);
            return 0;
        }
        if (call.Args.Count == 0)
        {
            board.FollowEvents();
        }
        Live(call, board);
        return 0;
    }

    private static void Live(Invocation call, StatsBoard board)
    {
        var terminal = call.Session.OutIsTerminal;
        while (true)
        {
            // The clock is the event: the table is drawn anew at an even pace, however many readings come.
            Thread.Sleep(Interval);
            ThrowFirst(board);
            var screen = new StringWriter { NewLine = "\n" };
            Show(call, board, screen);
            if (terminal)
            {
                call.Out.Write("\u001b[H" + screen.ToString().Replace("\n", "\u001b[K\n", StringComparison.Ordinal) + "\u001b[J");
            }
            else
            {
                call.Out.Write(screen.ToString());
            }
            call.Out.Flush();
            if (call.Args.Count > 0 && board.AllEnded)
            {
                return;
            }
        }
    }

    private static void ThrowFirst(StatsBoard board)
    {
        if (board.Failure is { } failure)
        {
            throw failure;
        }
    }

    private static void Show(Invocation call, StatsBoard board, TextWriter? target = null)
    {
        var format = call.Text("format") is { Length: > 0 } given ? given : call.Config.Text("statsFormat");
        ListPrinter.Print(target ?? call.Out, format, StatsRow.Table, StatsRow.Columns, board.Rows(call.Flag("no-trunc")));
    }
}
