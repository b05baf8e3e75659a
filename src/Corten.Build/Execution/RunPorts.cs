using Corten.Build.Solving;

namespace Corten.Build.Execution;

/// <summary>The client's secrets and agents. Values are never stored, hashed or logged.</summary>
public interface IBuildSecrets
{
    /// <summary>A secret's bytes; null if the client has none of that name.</summary>
    Task<byte[]?> FindAsync(string id, CancellationToken cancellation);

    /// <summary>Serves an ssh agent on a socket until it is disposed of; null if the client has none of that name.</summary>
    Task<IAsyncDisposable?> ServeAgentAsync(string id, string socketPath, CancellationToken cancellation);
}

/// <summary>A client that offers nothing.</summary>
public sealed class NoSecrets : IBuildSecrets
{
    public static readonly NoSecrets Instance = new();

    public Task<byte[]?> FindAsync(string id, CancellationToken cancellation) => Task.FromResult<byte[]?>(null);

    public Task<IAsyncDisposable?> ServeAgentAsync(string id, string socketPath, CancellationToken cancellation) => Task.FromResult<IAsyncDisposable?>(null);
}

/// <summary>A RUN's program ended with another code than 0.</summary>
public sealed class RunFailedException(string command, int code, bool killed) : Oci.Errors.CortenException(
    Oci.Errors.ErrorKind.Internal, $"process {Dockerfile.Expansion.GoText.Quote(command)} did not complete successfully: {(killed ? "cannot allocate memory" : $"exit code: {code}")}")
{
    public int Code { get; } = code;

    public string Command { get; } = command;
}

/// <summary>A RUN's program could not be started.</summary>
/// <param name="command">As for <see cref="RunFailedException"/>.</param>
/// <param name="reason">What BuildKit's clients are told.</param>
/// <param name="cause">What the classic build's clients are told.</param>
public sealed class RunNotStartedException(string command, string reason, Oci.Errors.CortenException cause) : Oci.Errors.CortenException(
    cause.Kind, $"process {Dockerfile.Expansion.GoText.Quote(command)} did not complete successfully: {reason}", cause)
{
    public Oci.Errors.CortenException Cause { get; } = cause;
}

/// <summary>Where a process's output goes.</summary>
public delegate void OutputSink(OutputStream stream, ReadOnlySpan<byte> data);
