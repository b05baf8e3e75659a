using System.Text.Json;
using Corten.Cli.Attach;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;

namespace Corten.Cli.Commands.Containers;

/// <summary>
/// Creates a container, attaches to it and starts it, then exits as its process did. Four requests: the connection of the first becomes the
/// attachment; the wait is in place before the start, so that no exit is missed.
/// </summary>
internal static class RunCommand
{
    private const int Refused = 125;
    private const int NotExecutable = 126;
    private const int NotFound = 127;

    public static Command Define() => new("[OPTIONS] IMAGE [COMMAND] [ARG...]", "Create and run a new container from an image")
    {
        Min = 1,
        OptionsEndAtArgument = true,
        Options = RunOptions.Run(),
        Run = Run,
        Completes = Completion.Images,
        CompletesFirstOnly = true,
        ReportsAsRun = true,
        EngineFailure = Refused,
        Paths = ["container run", "run"],
    };

    private static int Run(Invocation call)
    {
        var detach = call.Flag("detach");
        if (detach && call.Has("attach"))
        {
            throw new CommandException("conflicting options: cannot specify both --attach and --detach");
        }
        var request = new CreateRequest(call, detach);
        if (!detach)
        {
            Attachment.CheckTerminal(request.AttachStdin, request.Tty);
        }
        var keys = DetachKeys(call);
        var id = Creator.Create(call, request);
        if (detach || !(request.AttachStdin || request.AttachStdout || request.AttachStderr))
        {
            Start(call, id);
            call.Out.Write(id + "\n");
            return 0;
        }
        return Attached(call, request, id, keys);
    }

    /// <summary>The keys that the command or the configuration names, checked before anything happens.</summary>
    public static string DetachKeys(Invocation call)
    {
        var keys = call.Text("detach-keys") is { Length: > 0 } given ? given : call.Config.DetachKeys;
        DetachSequence.Parse(keys);
        return keys;
    }

    private static int Attached(Invocation call, CreateRequest request, string id, string keys)
    {
        var path = new Query($"/containers/{id}/attach").AddIf("detachKeys", keys).AddIf("stderr", request.AttachStderr)
            .AddIf("stdin", request.AttachStdin).AddIf("stdout", request.AttachStdout).Add("stream", "1").ToString();
        var connection = call.Engine.Hijack(new EngineRequest("POST", path));
        using var attachment = new Attachment(call.Session, connection, request.Tty, request.AttachStdin, keys);
        using var exit = Wait(call, id, call.Flag("rm") ? "removed" : "next-exit");
        try
        {
            Start(call, id);
        }
        catch (CommandException) when (call.Flag("rm"))
        {
            ExitCode(exit);
            throw;
        }
        using var resizer = request.Tty && call.Session.OutIsTerminal ? new WindowResizer(call.Engine, $"/containers/{id}/resize") : null;
        using var proxy = call.Flag("sig-proxy") ? new SignalProxy(call.Engine, id) : null;
        return attachment.Run(request.AttachStdout, request.AttachStderr) ? ExitCode(exit) : 0;
    }

    /// <summary>Asks for the exit code and answers once the engine watches for it.</summary>
    public static EngineResponse Wait(Invocation call, string id, string condition)
        => call.Engine.Send(new EngineRequest("POST", new Query($"/containers/{id}/wait").Add("condition", condition).ToString()));

    /// <summary>Waits for the exit code that was asked for.</summary>
    public static int ExitCode(EngineResponse wait)
    {
        using var json = JsonDocument.Parse(wait.ReadBytes());
        var failure = json.RootElement.Get("Error").Text("Message");
        return failure.Length == 0 ? (int)json.RootElement.Int("StatusCode") : throw new CommandException($"Error waiting for container: {failure}", Refused);
    }

    private static void Start(Invocation call, string id)
    {
        try
        {
            call.Engine.Do("POST", $"/containers/{id}/start");
        }
        catch (EngineException refused)
        {
            throw new CommandException("Error response from daemon: " + refused.Message, StartFailure(refused.Message));
        }
    }

    /// <summary>Shells tell a command that is missing from one that may not be executed; so does run, by the engine's words.</summary>
    private static int StartFailure(string words)
    {
        if (words.Contains("executable file not found", StringComparison.Ordinal) || words.Contains("no such file or directory", StringComparison.Ordinal))
        {
            return NotFound;
        }
        return words.Contains("permission denied", StringComparison.Ordinal) || words.Contains("is a directory", StringComparison.Ordinal) ? NotExecutable : Refused;
    }
}
