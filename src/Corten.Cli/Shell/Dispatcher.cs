using System.Text.Json;
using Corten.Cli.Commands;
using Corten.Cli.Grammar;
using Corten.Cli.Templates;
using Corten.Client;
using Corten.Linux;
using Corten.Oci.Errors;

namespace Corten.Cli.Shell;

/// <summary>From words to a command: finds it in the tree, parses what is left, runs it, and turns failures into messages and exit codes.</summary>
internal static class Dispatcher
{
    /// <summary>As of a program that SIGPIPE ended.</summary>
    private const int BrokenPipe = 128 + 13;

    public static int Run(Session session, string[] words)
    {
        var path = Product.Name;
        var command = session.Global.Command;
        try
        {
            session.Global = OptionParser.Parse(command, words, endAtArgument: true);
            var rest = session.Global.Positional;
            if (session.Global.Flag("version"))
            {
                session.Out.Write($"Corten version {Product.Version}\n");
                return 0;
            }
            while (command.Run is null)
            {
                var help = session.Global.Help || rest is ["--help" or "-h", ..];
                if (rest.Count == 0 || help)
                {
                    return ShowHelp(session, command, path, help ? session.Out : session.Err);
                }
                var entry = Array.Find(command.Children, child => child.Is(rest[0]));
                if (entry is null)
                {
                    return Unknown(session, command, path, rest);
                }
                command = entry.Define();
                path = $"{path} {entry.Name}";
                rest = rest[1..];
            }
            return Run(session, command, path, [.. rest]);
        }
        catch (UsageException wrong)
        {
            session.Flush();
            session.Err.Write($"{wrong.Message}\n\n{Help.Usage(command, path)}\n\nRun '{path} --help' for more information\n");
            return wrong.ExitCode;
        }
        catch (Exception failure) when (Words(failure) is { } message)
        {
            return Report(session, command, path, failure, message);
        }
    }

    private static int Run(Session session, Command command, string path, string[] words)
    {
        var parsed = OptionParser.Parse(command, words, command.OptionsEndAtArgument);
        if (parsed.Help)
        {
            return ShowHelp(session, command, path, session.Out);
        }
        if (ArgumentCount.Wrong(command, path, parsed.Positional.Count) is { } wrong)
        {
            var pointer = command.Max is null ? "See" : "Run";
            session.Err.Write($"{Product.Name}: {wrong}\n\n{Help.Usage(command, path)}\n\n{pointer} '{path} --help' for more information\n");
            return 1;
        }
        foreach (var old in parsed.Deprecated)
        {
            session.Out.Write($"Flag --{old.Name} has been deprecated, use --{old.SameAs} instead\n");
        }
        RefuseUnsupported(parsed);
        Trust.Refuse(command, parsed);
        return command.Run!(new Invocation(session, parsed, path));
    }

    private static void RefuseUnsupported(Arguments parsed)
    {
        var refused = parsed.Command.Options.Where(option => option.Needs is not null && parsed.Has(option.Name)).OrderBy(static option => option.Name, StringComparer.Ordinal)
            .Select(static option => $"\"--{option.Name}\" is only supported on a Docker daemon {option.Needs}").ToList();
        if (refused.Count > 0)
        {
            throw new CommandException(string.Join('\n', refused));
        }
    }

    private static int ShowHelp(Session session, Command command, string path, TextWriter output)
    {
        Help.Print(output, command, path, session.Width);
        return 0;
    }

    private static int Unknown(Session session, Command group, string path, List<string> rest)
    {
        if (rest[0].StartsWith('-'))
        {
            OptionParser.Parse(group, [.. rest], endAtArgument: true);
        }
        if (path == Product.Name && Plugins.Find(session, rest[0]) is { } plugin)
        {
            return Plugins.Run(session, plugin, rest);
        }
        // What a group of ours has not may be a command of the program that the group is named after: `buildx bake`.
        if (path == $"{Product.Name} buildx" && Plugins.Find(session, "buildx") is { } builder)
        {
            return Plugins.Run(session, builder, ["buildx", .. rest]);
        }
        var usage = path == Product.Name ? "" : $"Usage:  {path}\n\n";
        session.Err.Write($"{Product.Name}: unknown command: {path} {rest[0]}\n\n{usage}Run '{path} --help' for more information\n");
        return 1;
    }

    private static int Report(Session session, Command command, string path, Exception failure, string message)
    {
        try
        {
            session.Flush();
        }
        catch (Exception gone) when (gone is IOException or LinuxException)
        {
            return 1;
        }
        var code = failure switch
        {
            CommandException exit => exit.ExitCode,
            LinuxException { Errno: Errno.EPIPE } => BrokenPipe,
            _ => command.EngineFailure,
        };
        if (message.Length > 0)
        {
            session.Err.Write(command.ReportsAsRun && code is >= 125 and <= 127 ? $"{Product.Name}: {message}\n\nRun '{path} --help' for more information\n" : message + "\n");
        }
        return code;
    }

    /// <summary>What a user reads of a failure; null for a defect of ours, which keeps its stack.</summary>
    public static string? Words(Exception failure) => failure switch
    {
        // The reader of our output has gone (a pipe into head): nobody is left to tell.
        LinuxException { Errno: Errno.EPIPE, Call: "write" } => "",
        EngineException refused => "Error response from daemon: " + refused.Message,
        CommandException or CortenException => failure.Message,
        TemplateException template => template.Message,
        JsonException => "the daemon's answer is not JSON",
        FileNotFoundException or DirectoryNotFoundException => $"open {(failure as FileNotFoundException)?.FileName}: no such file or directory",
        UnauthorizedAccessException => "permission denied",
        InvalidDataException or EndOfStreamException => failure.Message,
        IOException { InnerException: System.Net.Sockets.SocketException or LinuxException } => "unexpected EOF",
        IOException { HResult: > 0 and < 134 } file => LinuxException.Describe((Errno)file.HResult),
        IOException => "input/output error",
        OperationCanceledException => "",
        _ => null,
    };
}
