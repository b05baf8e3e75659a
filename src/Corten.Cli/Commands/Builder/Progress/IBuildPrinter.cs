using Corten.Build.BuildKit.Protocol.Control;

namespace Corten.Cli.Commands.Builder.Progress;

/// <summary>Shows a build's progress while it runs. Called from one thread.</summary>
internal interface IBuildPrinter
{
    void Show(StatusResponse update);

    /// <summary>Now and then while nothing arrives, for clocks that tick.</summary>
    void Tick()
    {
    }

    /// <param name="failed">The build did not succeed.</param>
    void Finish(bool failed);
}

/// <summary>Prints nothing but, should the build fail, what the failing step wrote.</summary>
internal sealed class QuietPrinter(TextWriter errors) : IBuildPrinter
{
    private readonly FailureLog failures = new();

    public void Show(StatusResponse update) => failures.Note(update);

    public void Finish(bool failed)
    {
        if (failed)
        {
            failures.Print(errors);
        }
    }
}
