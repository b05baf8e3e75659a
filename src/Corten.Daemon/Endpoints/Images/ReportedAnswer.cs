using Corten.Daemon.Http;
using Corten.Images.Progress;
using Corten.EngineApi.Streams;

namespace Corten.Daemon.Endpoints.Images;

/// <summary>Answers with the progress stream of an operation on images.</summary>
internal static class ReportedAnswer
{
    /// <param name="context">The request.</param>
    /// <param name="failuresInBand">A failure before the first line is a line as well, not a status.</param>
    /// <param name="operation">Reports, and throws when it fails.</param>
    public static Task WriteAsync(RequestContext context, bool failuresInBand, Func<ProgressReport, CancellationToken, Task> operation) =>
        context.WriteProgressAsync(async (writer, cancellation) =>
        {
            await using var report = new ProgressReport(writer);
            try
            {
                await operation(report, cancellation);
                await report.FinishAsync();
            }
            catch (Exception failure) when (failuresInBand && !cancellation.IsCancellationRequested)
            {
                report.Put(new ProgressMessage { Error = failure.Message, ErrorDetail = new ProgressError { Message = failure.Message } });
                await report.FinishAsync();
            }
        });
}
