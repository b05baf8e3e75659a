using Corten.Containers.Model;
using Corten.Oci.Errors;

namespace Corten.Containers.Lifecycle;

/// <summary>Sends a signal. SIGKILL is waited for; after it, or after the container's own stop signal, no policy restarts it.</summary>
public sealed class KillContainer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ContainerCore _core;
    private readonly Signals _signals;

    internal KillContainer(ContainerCore core, Signals signals) => (_core, _signals) = (core, signals);

    public async Task RunAsync(string idOrName, string signalText, CancellationToken cancellationToken)
    {
        var signal = ParseSignal(idOrName, string.IsNullOrEmpty(signalText) ? "SIGKILL" : signalText);
        var container = _core.Registry.TryFind(idOrName)
            ?? throw CortenException.NotFound($"cannot kill container: {idOrName}: No such container: {idOrName}");
        if (container.Run is not { } run || !container.Status.IsRunning)
        {
            throw NotRunning(idOrName, container);
        }

        var stopSignal = container.Record.Config.StopSignal is { Length: > 0 } own ? Signal.Parse(own) : Signal.Term;
        if (signal == Signal.Kill || signal == stopSignal)
        {
            run.StopRequested = true;
        }

        if (!_signals.Send(container, run, signal))
        {
            throw NotRunning(idOrName, container);
        }

        if (signal == Signal.Kill)
        {
            await ((Task)run.Settled.Task).WaitAsync(Patience, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static Signal ParseSignal(string asked, string text)
    {
        if (text is ['-', .. var digits] && digits.All(char.IsAsciiDigit))
        {
            throw CortenException.Invalid($"cannot kill container: {asked}: the linux daemon does not support signal {text}");
        }

        try
        {
            return Signal.Parse(text);
        }
        catch (CortenException e)
        {
            throw CortenException.Invalid($"cannot kill container: {asked}: {e.Message}");
        }
    }

    private static CortenException NotRunning(string asked, Container container) =>
        CortenException.Conflict($"cannot kill container: {asked}: container {container.Id} is not running");
}
