using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Volumes;

/// <summary>Writes a volume's content as a tar archive. Not in Docker's client.</summary>
internal static class ExportCommand
{
    public static Command Define() => new("[OPTIONS] VOLUME", "Export a volume's content as a tar archive")
    {
        Min = 1,
        Max = 1,
        Options = [Text("output", 'o', "Write to a file, instead of STDOUT")],
        Run = Run,
        Completes = Completion.Volumes,
    };

    private static int Run(Invocation call)
    {
        using var target = StreamTarget.Open(call, "output", "export volume");
        using var response = call.Engine.Send(new EngineRequest("GET", $"/corten/volumes/{Query.Segment(call.Args[0])}/archive"));
        target.CopyFrom(response.Body);
        return 0;
    }
}

/// <summary>Fills a volume from a tar archive. Not in Docker's client.</summary>
internal static class ImportCommand
{
    public static Command Define() => new("[OPTIONS] VOLUME [FILE|-]", "Fill a volume from a tar archive or STDIN")
    {
        Min = 1,
        Max = 2,
        Run = Run,
        Completes = Completion.Volumes,
    };

    private static int Run(Invocation call)
    {
        var file = call.Args.Count > 1 ? call.Args[1] : "-";
        if (file == "-" && call.Session.InIsTerminal)
        {
            throw new CommandException("requested import from stdin, but stdin is empty");
        }
        using var source = file == "-" ? call.Session.In : SourceFile.Open(file);
        using var response = call.Engine.Send(new EngineRequest("PUT", $"/corten/volumes/{Query.Segment(call.Args[0])}/archive")
        {
            ContentType = "application/x-tar",
            WriteBody = body => source.CopyTo(body, 64 << 10),
        });
        call.Out.Write(call.Args[0] + "\n");
        return 0;
    }
}

/// <summary>Makes a volume with another's content; blocks are shared where the file system can. Not in Docker's client.</summary>
internal static class CloneCommand
{
    public static Command Define() => new("VOLUME NEW_VOLUME", "Make a copy of a volume, while it is used, too")
    {
        Min = 2,
        Max = 2,
        Run = call => VolumeCopy.Make(call, "clone"),
        Completes = Completion.Volumes,
        CompletesFirstOnly = true,
    };
}

/// <summary>A copy that says which volume it is a snapshot of, and when it was made if it is not named. Not in Docker's client.</summary>
internal static class SnapshotCommand
{
    public static Command Define() => new("VOLUME [SNAPSHOT]", "Keep a volume as it is now, while it is used, too")
    {
        Min = 1,
        Max = 2,
        Run = call => VolumeCopy.Make(call, "snapshot"),
        Completes = Completion.Volumes,
        CompletesFirstOnly = true,
    };
}

/// <summary>What both have in common: the request, and the new volume's name on the terminal.</summary>
internal static class VolumeCopy
{
    public static int Make(Invocation call, string verb)
    {
        using var made = call.Engine.PostJson($"/corten/volumes/{Query.Segment(call.Args[0])}/{verb}", Json.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("Name", call.Args.Count > 1 ? call.Args[1] : "");
            writer.WriteEndObject();
        }));
        call.Out.Write(made.RootElement.Text("Name") + "\n");
        return 0;
    }
}
