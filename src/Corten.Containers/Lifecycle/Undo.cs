namespace Corten.Containers.Lifecycle;

/// <summary>How to take back what was done so far, last first. Once what was begun is complete, <see cref="Keep"/> drops it.</summary>
internal sealed class Undo(IContainerReport report)
{
    private readonly Stack<(string What, Func<Task> Action)> _actions = new();

    public void Add(string what, Func<Task> action) => _actions.Push((what, action));

    public void Add(string what, Action action) => Add(what, () =>
    {
        action();
        return Task.CompletedTask;
    });

    public void Keep() => _actions.Clear();

    /// <summary>Takes everything back. A step that fails is told and does not keep the others from running, nor hides why it came to this.</summary>
    public async Task RunAsync()
    {
        while (_actions.TryPop(out var step))
        {
            try
            {
                await step.Action().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                report.Error($"could not undo: {step.What}", e);
            }
        }
    }
}
