using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using Corten.Oci.Image;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Makes an image of a container's changes.</summary>
internal static class CommitCommand
{
    public static Command Define() => new("[OPTIONS] CONTAINER [REPOSITORY[:TAG]]", "Create a new image from a container's changes")
    {
        Min = 1,
        Max = 2,
        Options =
        [
            Text("author", 'a', "Author (such as \"Ada Lovelace <ada@example.org>\")"),
            List("change", 'c', "Apply a Dockerfile instruction to the image"),
            Text("message", 'm', "Message of the commit"),
            Flag("pause", 'p', "Pause the container meanwhile") with { Default = "true" },
        ],
        Run = Run,
        Completes = Completion.Containers,
        CompletesFirstOnly = true,
        Paths = ["container commit", "commit"],
    };

    private static int Run(Invocation call)
    {
        var name = call.Args.Count > 1 ? ImageReference.Parse(call.Args[1]) : null;
        if (name is not null && !name.Digest.IsEmpty)
        {
            throw new CommandException("cannot commit to digest reference");
        }
        var query = new Query("/commit").Add("author", call.Text("author"));
        foreach (var change in call.List("change"))
        {
            query.Add("changes", change);
        }
        query.Add("comment", call.Text("message")).Add("container", call.Args[0]);
        if (!call.Flag("pause"))
        {
            query.Add("pause", "0");
        }
        query.Add("repo", name?.Repository ?? "").Add("tag", name?.WithDefaultTag().Tag ?? "");
        using var json = call.Engine.PostJson(query.ToString());
        call.Out.Write(json.RootElement.Text("Id") + "\n");
        return 0;
    }
}
