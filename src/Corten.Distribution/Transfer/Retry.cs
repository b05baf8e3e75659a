using System.Net;
using System.Net.Sockets;
using Corten.Distribution.Registry;
using Corten.Distribution.Transport;

namespace Corten.Distribution.Transfer;

/// <summary>When a broken transfer is tried again, and how long it waits. Progress since the last failure starts the count anew.</summary>
internal sealed class Retry(RegistrySettings settings, ITransferObserver observer)
{
    /// <summary>Who asks for more is not waited for: the failure, with its words, tells more than a pull that stands still.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    private int _failures;

    /// <summary>Waits before the next try; false if there is none and the failure stands.</summary>
    public async Task<bool> ContinueAfterAsync(Exception failure, bool madeProgress, CancellationToken cancellationToken)
    {
        _failures = madeProgress ? 1 : _failures + 1;
        if (!IsPassing(failure) || cancellationToken.IsCancellationRequested || _failures >= settings.MaxAttempts)
        {
            return false;
        }

        // A registry that says when is asked then: not earlier, which would only be refused again.
        var delay = failure is RegistryException { RetryAfter: { } asked } ? asked : settings.RetryDelay * _failures;
        if (delay > LongestWait)
        {
            return false;
        }

        for (var left = delay; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            observer.Retrying((int)Math.Ceiling(left.TotalSeconds));
            await Task.Delay(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1), cancellationToken);
        }

        return true;
    }

    /// <summary>Connections that break, servers that are overloaded: the same request may succeed later.</summary>
    private static bool IsPassing(Exception failure) => failure switch
    {
        RegistryException refused => (int)refused.Status >= 500 || refused.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout,
        RegistryUnreachableException or IOException or SocketException or HttpRequestException or TimeoutException => true,
        _ => false,
    };
}
