using System.Collections.Concurrent;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.Build;

/// <summary>
/// Contexts that come with a request of their own: a build with <c>remote=upload-request</c> meets the request whose <c>buildid</c> is <c>upload-request:ID</c>, in
/// whichever order they come. So did Docker's clients build from their standard input before buildx.
/// </summary>
internal sealed class UploadRequests
{
    public const string Remote = "upload-request";

    /// <summary>As long as Docker's engine has one wait for the other.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, TaskCompletionSource<Offer>> _meetings = new();

    /// <summary>Returns when a build has read the body.</summary>
    /// <exception cref="CortenException">Internal: no build wants it.</exception>
    public async Task OfferAsync(string id, Stream body, CancellationToken cancellation)
    {
        var offer = new Offer(body);
        var meeting = Meeting(id);
        try
        {
            if (!meeting.TrySetResult(offer))
            {
                throw CortenException.Internal($"build {id} has its context already");
            }

            await InTimeAsync(offer.Taken.Task, cancellation);
            await offer.Read.Task.WaitAsync(cancellation);
        }
        finally
        {
            _meetings.TryRemove(new(id, meeting));
        }
    }

    /// <summary>The body; it is to be disposed of when it is read.</summary>
    /// <exception cref="CortenException">Internal: none comes.</exception>
    public async Task<Offer> TakeAsync(string id, CancellationToken cancellation)
    {
        var meeting = Meeting(id);
        try
        {
            var offer = await InTimeAsync(meeting.Task, cancellation);
            offer.Taken.TrySetResult(true);
            return offer;
        }
        catch
        {
            _meetings.TryRemove(new(id, meeting));
            throw;
        }
    }

    private TaskCompletionSource<Offer> Meeting(string id) => _meetings.GetOrAdd(id, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private static async Task<T> InTimeAsync<T>(Task<T> other, CancellationToken cancellation)
    {
        try
        {
            return await other.WaitAsync(Patience, cancellation);
        }
        catch (TimeoutException e)
        {
            throw CortenException.Internal("context deadline exceeded", e);
        }
    }

    /// <summary>A request's body, while the request waits for it to be read.</summary>
    internal sealed class Offer(Stream body) : IDisposable
    {
        public Stream Body => body;

        public TaskCompletionSource<bool> Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Read { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose() => Read.TrySetResult();
    }
}
