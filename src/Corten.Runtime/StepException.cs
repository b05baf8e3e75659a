using Corten.Linux;
using Corten.Linux.Processes;
using Corten.Supervision.Launcher;

namespace Corten.Runtime;

/// <summary>A named step of making a container or a process that failed, in the words that the user reads.</summary>
internal sealed class StepException(string step, Errno errno, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Step { get; } = step;

    public Errno Errno { get; } = errno;

    public LaunchError ToError() => new() { Step = Step, Errno = (int)Errno, Message = Message };

    /// <summary>Whatever went wrong in a step, as its failure.</summary>
    public static StepException From(string step, Exception e) => e switch
    {
        StepException known => known,
        LinuxException native => new(step, native.Errno, native.Message, e),
        ProgramNotFoundException missing => new(step, missing.Errno, missing.Message, e),
        _ => new(step, Errno.None, e.Message, e),
    };
}
