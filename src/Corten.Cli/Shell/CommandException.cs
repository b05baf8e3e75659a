namespace Corten.Cli.Shell;

/// <summary>A command ends with this message (none when empty) and exit code.</summary>
internal sealed class CommandException(string message, int exitCode = 1) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
