using Corten.Cli.Attach;
using Corten.Cli.Grammar;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client;
using Corten.Linux.Terminals;
using static Corten.Cli.Grammar.Option;

namespace Corten.Cli.Commands.Containers;

/// <summary>Runs a further process in a container that runs, and exits as it did.</summary>
internal static class ExecCommand
{
    public static Command Define() => new("[OPTIONS] CONTAINER COMMAND [ARG...]", "Execute a command in a running container")
    {
        Min = 2,
        OptionsEndAtArgument = true,
        Options =
        [
            Flag("detach", 'd', "Leave the command running in the background"),
            Text("detach-keys", "Key sequence that detaches from the command"),
            List("env", 'e', "Environment variable", OptionCheck.Environment),
            List("env-file", "Read environment variables from a file"),
            Flag("interactive", 'i', "Keep STDIN open even if not attached"),
            Flag("privileged", "Give the command every right"),
            Flag("tty", 't', "Give the command a terminal"),
            Text("user", 'u', "User name or ID, and group (NAME|UID[:GROUP|GID])"),
            Text("workdir", 'w', "Working directory within the container"),
        ],
        Run = Run,
        Completes = Completion.RunningContainers,
        CompletesFirstOnly = true,
        Paths = ["container exec", "exec"],
    };

    private static int Run(Invocation call)
    {
        var detach = call.Flag("detach");
        var (input, tty) = (!detach && call.Flag("interactive"), call.Flag("tty"));
        var keys = RunCommand.DetachKeys(call);
        if (!detach)
        {
            Attachment.CheckTerminal(input, tty);
        }
        var console = tty && call.Session.OutIsTerminal ? TerminalSize.Of(1) : null;
        var container = Query.Segment(call.Args[0]);
        var create = new EngineRequest("POST", $"/containers/{container}/exec") { Body = CreateBody(call, detach, input, keys, console) };
        var id = Json.Text(call.Engine.Send(create).ReadBytes(), "Id");
        if (id.Length == 0)
        {
            throw new CommandException("exec ID empty");
        }
        var start = Json.Bytes(writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("Detach", detach);
            writer.WriteBoolean("Tty", tty);
            WriteConsole(writer, console);
            writer.WriteEndObject();
        });
        if (detach)
        {
            call.Engine.Do("POST", $"/exec/{id}/start", start);
            return 0;
        }
        return Attached(call, id, start, input, tty, keys);
    }

    private static int Attached(Invocation call, string id, byte[] start, bool input, bool tty, string keys)
    {
        var connection = call.Engine.Hijack(new EngineRequest("POST", $"/exec/{id}/start") { Body = start });
        call.Engine.Prepare();
        using (var attachment = new Attachment(call.Session, connection, tty, input, keys))
        {
            using var resizer = tty && call.Session.OutIsTerminal ? new WindowResizer(call.Engine, $"/exec/{id}/resize") : null;
            if (!attachment.Run(output: true, errors: true))
            {
                throw new CommandException("read escape sequence");
            }
        }
        return (int)Json.Int(call.Engine.Send(new EngineRequest("GET", $"/exec/{id}/json")).ReadBytes(), "ExitCode");
    }

    private static byte[] CreateBody(Invocation call, bool detach, bool input, string keys, TerminalSize? console) => Json.Bytes(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("User", call.Text("user"));
        writer.WriteBoolean("Privileged", call.Flag("privileged"));
        writer.WriteBoolean("Tty", call.Flag("tty"));
        WriteConsole(writer, console);
        writer.WriteBoolean("AttachStdin", input);
        writer.WriteBoolean("AttachStderr", !detach);
        writer.WriteBoolean("AttachStdout", !detach);
        writer.WriteString("DetachKeys", keys);
        var variables = call.List("env-file").SelectMany(static file => KeyValueFiles.Read(file, Environment.GetEnvironmentVariable, exitCode: 1))
            .Concat(call.List("env").Select(static word => word.Contains('=') || Environment.GetEnvironmentVariable(word) is not { } value ? word : $"{word}={value}"));
        ConfigWriter.WriteListOrNull(writer, "Env", [.. variables]);
        writer.WriteString("WorkingDir", call.Text("workdir"));
        ConfigWriter.WriteList(writer, "Cmd", call.Args.Skip(1));
        writer.WriteBoolean("Detach", false);
        writer.WriteEndObject();
    });

    private static void WriteConsole(System.Text.Json.Utf8JsonWriter writer, TerminalSize? console)
    {
        if (console is { } size)
        {
            writer.WriteStartArray("ConsoleSize");
            writer.WriteNumberValue(size.Rows);
            writer.WriteNumberValue(size.Columns);
            writer.WriteEndArray();
        }
    }
}
