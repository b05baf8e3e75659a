using Corten.Build.Dockerfile.Expansion;
using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Image;

namespace Corten.Build.Dockerfile.Instructions;

/// <summary>RUN, CMD, ENTRYPOINT, SHELL and HEALTHCHECK: what executes something.</summary>
public static partial class InstructionParser
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    private static RunInstruction ParseRun(LogicalLine line)
    {
        var flags = new InstructionFlags(line, "mount*", "network", "security", "device*");
        var mounts = flags.All("mount");
        foreach (var mount in mounts)
        {
            RunMount.CheckSyntax(mount, line.Range);
        }

        return new RunInstruction(CommandOf(line, line.Rest), mounts)
        {
            Network = OneOf(flags, "network", line, "default", "none", "host"),
            Security = OneOf(flags, "security", line, "sandbox", "insecure"),
            Devices = flags.All("device"),
        };
    }

    private static string? OneOf(InstructionFlags flags, string flag, LogicalLine line, params string[] allowed)
    {
        var value = flags.Text(flag);
        return value is null || allowed.Contains(value) ? value
            : throw new DockerfileException(Suggestion.Append(
                flag == "network" ? $"invalid network mode {GoText.Quote(value)}" : $"security {GoText.Quote(value)} is not valid", value, allowed), line.Range);
    }

    private static CmdInstruction ParseCmd(LogicalLine line)
    {
        _ = new InstructionFlags(line);
        return new CmdInstruction(CommandOf(line, line.Rest));
    }

    private static EntrypointInstruction ParseEntrypoint(LogicalLine line)
    {
        _ = new InstructionFlags(line);
        return new EntrypointInstruction(CommandOf(line, line.Rest));
    }

    private static CommandLine CommandOf(LogicalLine line, string rest) =>
        Words.TryJsonArray(rest, line.Range) is { } words
            ? new CommandLine(words, IsShell: false, line.Heredocs)
            : new CommandLine(rest.Length == 0 ? [] : [rest], IsShell: true, line.Heredocs);

    private static ShellInstruction ParseShell(LogicalLine line)
    {
        _ = new InstructionFlags(line);
        if (line.Rest.Length == 0)
        {
            throw AtLeastOne(line, "SHELL");
        }

        var shell = Words.TryJsonArray(line.Rest, line.Range)
            ?? throw new DockerfileException("SHELL requires the arguments to be in JSON form", line.Range);
        return shell.Count == 0 ? throw AtLeastOne(line, "SHELL")
            : new ShellInstruction(shell);
    }

    private static HealthcheckInstruction ParseHealthcheck(LogicalLine line)
    {
        if (line.Rest.Length == 0)
        {
            throw AtLeastOne(line, "HEALTHCHECK");
        }

        var end = line.Rest.TakeWhile(c => !char.IsWhiteSpace(c)).Count();
        var (type, rest) = (line.Rest[..end].ToUpperInvariant(), line.Rest[end..].TrimStart());
        var healthcheck = type == "NONE"
            ? rest.Length == 0 ? new ImageHealthcheck { Test = ["NONE"] } : throw new DockerfileException("HEALTHCHECK NONE takes no arguments", line.Range)
            : Probe(line, type, rest);
        return new HealthcheckInstruction(healthcheck);
    }

    private static ImageHealthcheck Probe(LogicalLine line, string type, string rest)
    {
        var flags = new InstructionFlags(line, "interval", "timeout", "start-period", "start-interval", "retries");
        if (type != "CMD")
        {
            throw new DockerfileException($"Unknown type {GoText.Quote(type)} in HEALTHCHECK (try CMD)", line.Range);
        }

        var command = CommandOf(line, rest);
        if (command.Words.Count == 0)
        {
            throw new DockerfileException("Missing command after HEALTHCHECK CMD", line.Range);
        }

        return new ImageHealthcheck
        {
            Test = [command.IsShell ? "CMD-SHELL" : "CMD", .. command.Words],
            Interval = Duration(flags, "interval", line),
            Timeout = Duration(flags, "timeout", line),
            StartPeriod = Duration(flags, "start-period", line),
            StartInterval = Duration(flags, "start-interval", line),
            Retries = Retries(flags.Text("retries"), line),
        };
    }

    /// <summary>Nanoseconds; null for absent, empty and zero, all of which mean the default.</summary>
    private static long? Duration(InstructionFlags flags, string name, LogicalLine line)
    {
        if (flags.Text(name) is not { Length: > 0 } text)
        {
            return null;
        }

        try
        {
            var duration = GoText.ParseDuration(text);
            return duration == 0 ? null
                : duration >= NanosecondsPerMillisecond ? duration
                : throw new DockerfileException($"Interval {GoText.Quote(name)} cannot be less than 1ms", line.Range);
        }
        catch (FormatException e)
        {
            throw new DockerfileException(e.Message, line.Range);
        }
    }

    private static int? Retries(string? text, LogicalLine line)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (!int.TryParse(text, out var retries))
        {
            throw new DockerfileException($"strconv.ParseInt: parsing {GoText.Quote(text)}: invalid syntax", line.Range);
        }

        return retries < 0 ? throw new DockerfileException($"--retries cannot be negative ({retries})", line.Range)
            : retries == 0 ? null : retries;
    }
}
