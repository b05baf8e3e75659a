using Corten.Build.Contexts;
using Corten.Build.Dockerfile.Syntax;
using Corten.Build.Execution;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Build;

/// <summary>What goes wrong in a build, in the words of the classic builder where they are others than BuildKit's.</summary>
internal static class ClassicErrors
{
    /// <summary>Null where the words are the same.</summary>
    /// <param name="problem">What went wrong.</param>
    /// <param name="isOfStep">A step was begun with; false if the file could not be read.</param>
    public static Exception? Translate(Exception problem, bool isOfStep) => problem switch
    {
        RunNotStartedException { Cause: var cause } => cause,
        SourceMissingException { Path: var path } => CortenException.NotFound(
            $"COPY failed: file not found in build context or excluded by .dockerignore: stat {path.TrimStart('/')}: file does not exist"),
        DockerfileException { InnerException: ImageUnresolvedException { Cause: var cause } } when isOfStep => cause,
        DockerfileException { InnerException: CortenException cause } when isOfStep => cause,
        _ => null,
    };
}
