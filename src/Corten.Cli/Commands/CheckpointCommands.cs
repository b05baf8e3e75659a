using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Cli.Templates;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands;

/// <summary>Frozen states of containers. Only engines with experimental features have them; others say so themselves.</summary>
internal static class CheckpointCommands
{
    private static readonly Column[] Columns = [new("Name", "CHECKPOINT NAME")];

    public static Command DefineCreate() => new("[OPTIONS] CONTAINER CHECKPOINT", "Create a checkpoint from a running container")
    {
        Min = 2,
        Max = 2,
        Options = [Folder(), Flag("leave-running", "Leave the container running")],
        Run = Create,
        Completes = Completion.RunningContainers,
    };

    public static Command DefineList() => new("[OPTIONS] CONTAINER", "List checkpoints for a container")
    {
        Min = 1,
        Max = 1,
        Options = [Folder()],
        Run = List,
        Completes = Completion.Containers,
    };

    public static Command DefineRemove() => new("[OPTIONS] CONTAINER CHECKPOINT", "Remove a checkpoint")
    {
        Min = 2,
        Max = 2,
        Options = [Folder()],
        Run = static call =>
        {
            call.Engine.Do("DELETE", new Query($"{Path(call)}/{Query.Segment(call.Args[1])}").AddIf("dir", call.Text("checkpoint-dir")).ToString());
            return 0;
        },
        Completes = Completion.Containers,
    };

    private static Option Folder() => Text("checkpoint-dir", "Where checkpoints are kept");

    private static string Path(Invocation call) => $"/containers/{Query.Segment(call.Args[0])}/checkpoints";

    private static int Create(Invocation call)
    {
        call.Engine.Do("POST", Path(call), Json.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("CheckpointID", call.Args[1]);
            writer.WriteString("CheckpointDir", call.Text("checkpoint-dir"));
            writer.WriteBoolean("Exit", !call.Flag("leave-running"));
            writer.WriteEndObject();
        }));
        call.Out.Write(call.Args[1] + "\n");
        return 0;
    }

    private static int List(Invocation call)
    {
        using var json = call.Engine.GetJson(new Query(Path(call)).AddIf("dir", call.Text("checkpoint-dir")).ToString());
        var rows = json.RootElement.EnumerateArray().Select(item => new Row("*formatter.checkpointContext", Columns, _ => item.Text("Name")));
        ListPrinter.Print(call.Out, "", "{{.Name}}", Columns, rows);
        return 0;
    }
}
