using Corten.Distribution.Transfer;

namespace Corten.Images.Progress;

/// <summary>Turns a transfer's progress into lines of the stream, if there is one.</summary>
internal sealed class LineObserver(ProgressReport? report, string id, string verb, long total) : ITransferObserver
{
    public void Moved(long position) => report?.Count(id, verb, position, total);

    public void Retrying(int seconds) => report?.Status(id, $"Retrying in {seconds} second{(seconds == 1 ? "" : "s")}");
}
