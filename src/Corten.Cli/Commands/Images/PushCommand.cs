using System.Text.Json;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;

namespace Corten.Cli.Commands.Images;

/// <summary>Uploads an image to the registry that its name says.</summary>
internal static class PushCommand
{
    public static Command Define() => new("[OPTIONS] NAME[:TAG]", "Upload an image to a registry")
    {
        Min = 1,
        Max = 1,
        Options = TransferTarget.Options("Upload every tag of the repository", "Skip image signing", "Upload this platform of an image that has several"),
        Run = Run,
        Completes = Completion.Images,
        Paths = ["image push", "push"],
    };

    private static int Run(Invocation call)
    {
        var image = TransferTarget.Of(call);
        var quiet = call.Flag("quiet");
        var path = new Query($"/images/{image.Repository}/push").AddIf("platform", PlatformOption.JsonOf(call.Text("platform"))).AddIf("tag", image.Tag).ToString();
        using var response = call.Engine.Send(new EngineRequest("POST", path) { Headers = [RegistryAuth.Header(call, image)], Body = "{}"u8.ToArray() });
        var notes = new List<string>();
        new ProgressPrinter(quiet ? TextWriter.Null : call.Out, call.Session.OutIsTerminal, call.Session.Width).Run(response.Body, aux => Note(aux, notes));
        if (quiet)
        {
            call.Out.Write(image + "\n");
        }
        notes.ForEach(note => call.Err.Write(note + "\n"));
        return 0;
    }

    /// <summary>An index of which only some platforms are here is pushed in part; the engine says so.</summary>
    private static void Note(JsonElement aux, List<string> notes)
    {
        if (aux.Flag("manifestPushedInsteadOfIndex"))
        {
            notes.Add($"\n Info -> Not all multiplatform-content is present and only the available single-platform image was pushed\n         \e[31m{aux.Get("originalIndex").Text("digest")}\e[0m -> \e[32m{aux.Get("selectedManifest").Text("digest")}\e[0m");
        }
        if (aux.Flag("contentMissing"))
        {
            notes.Add($"Note: You're trying to push a manifest list/index which references multiple platform specific manifests, but not all of them are available locally or available to the remote repository.\n      Make sure you have all the referenced content and try again.\n      You can also push only a single platform specific manifest directly by specifying the platform you want to push with the --platform flag.\n      {aux.Get("desc").Text("digest")}");
        }
    }
}
