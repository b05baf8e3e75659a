using Corten.Containers.Model;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Containers.Lifecycle;

/// <summary>Waits for the end of a container.</summary>
public sealed class WaitContainer
{
    private readonly ContainerCore _core;

    internal WaitContainer(ContainerCore core) => _core = core;

    /// <summary>
    /// Begins to wait, and returns once no end can be missed any more: a client that starts the container after it has seen the head of the answer
    /// will learn of its end.
    /// </summary>
    /// <param name="idOrName"></param>
    /// <param name="condition"><c>not-running</c> (also ""), <c>next-exit</c> or <c>removed</c>.</param>
    /// <param name="cancellationToken"></param>
    /// <returns>The answer, when the condition is met.</returns>
    public Task<WaitResponse> Begin(string idOrName, string condition, CancellationToken cancellationToken)
    {
        if (condition is not ("" or "not-running" or "next-exit" or "removed"))
        {
            throw CortenException.Invalid($"invalid condition: \"{condition}\"");
        }

        var container = _core.Registry.Find(idOrName);
        return condition switch
        {
            "" or "not-running" => container.Status.Phase == Phase.Running || container.Status.Phase == Phase.Restarting
                ? AnswerAsync(container.NextAsync(status => !status.IsRunning, untilGone: false, cancellationToken))
                : Task.FromResult(Answer(container.Status)),
            "next-exit" => AnswerAsync(container.NextAsync(status => status.Phase is Phase.Exited or Phase.Restarting, untilGone: false, cancellationToken)),
            _ => RemovedAsync(container.NextAsync(static _ => false, untilGone: true, cancellationToken)),
        };
    }

    /// <summary>Why a start failed is the starter's to know; here only a failing removal would be an error.</summary>
    private static async Task<WaitResponse> RemovedAsync(Task<ContainerStatus> end) => new() { StatusCode = (await end.ConfigureAwait(false)).ExitCode };

    private static async Task<WaitResponse> AnswerAsync(Task<ContainerStatus> end) => Answer(await end.ConfigureAwait(false));

    private static WaitResponse Answer(ContainerStatus status) => new()
    {
        StatusCode = status.ExitCode,
        Error = status.Error.Length > 0 ? new WaitError { Message = status.Error } : null,
    };
}
