using Corten.Supervision.Launcher;

namespace Corten.Containers.Launching;

/// <summary>The runtime could not start a process.</summary>
internal sealed class StartFailedException(LaunchError error) : Exception(Explained(error.Message))
{
    private const string NotAFolder = "not a directory";

    public LaunchError Error { get; } = error;

    /// <summary>As the reference engine says it; clients look into the words to tell a missing program from one that may not run.</summary>
    public string Words => IsLog ? "failed to create task for container: failed to initialize logging driver: " + Message : "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: "
        + (Message.StartsWith("exec:", StringComparison.Ordinal) ? "unable to start container process: error during container init: " : "") + Message;

    /// <summary>127 for a program that is not there, 126 for one that can't be run, 128 for everything else.</summary>
    public int ExitCode => Message switch
    {
        _ when IsLog => 128,
        _ when Has("executable file not found") || Has("no such file or directory") || Has(NotAFolder) => 127,
        _ when Has("permission denied") || Has("is a directory") || Has("exec format error") => 126,
        _ => 128,
    };

    private bool IsLog => Error.Step == "log";

    /// <summary>Docker guesses at what led to it.</summary>
    private static string Explained(string words) => words.Contains(NotAFolder, StringComparison.Ordinal)
        ? words + ": Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type"
        : words;

    private bool Has(string words) => Message.Contains(words, StringComparison.Ordinal);
}
