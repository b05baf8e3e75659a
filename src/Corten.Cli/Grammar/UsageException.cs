namespace Corten.Cli.Grammar;

/// <summary>The command line itself is wrong. Printed with the usage line; exit code 125 for options, 1 for the rest.</summary>
internal sealed class UsageException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
