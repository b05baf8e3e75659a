using System.Globalization;
using System.Text.Json;
using Corten.Daemon.Http;
using Corten.EngineApi.Events;
using Corten.Oci.Errors;

namespace Corten.Daemon.Endpoints.System;

/// <summary><c>GET /events</c>: what happened since a moment, then what happens, until another.</summary>
internal sealed class Events(EventLog events, TimeProvider clock)
{
    public async Task ServeAsync(RequestContext context)
    {
        var since = Nanoseconds(context.Query.Text("since"));
        var until = Nanoseconds(context.Query.Text("until"));
        if (since > until)
        {
            throw CortenException.Invalid(
                $"`since` time ({context.Query.Text("since")}) cannot be after `until` time ({context.Query.Text("until")})");
        }

        var filter = new EventFilter(context.Query.ParseFilters());
        using var subscription = events.Subscribe(filter.Accepts, since, until);
        var body = await context.StartStreamAsync("application/json");
        using var end = Timer(until, context.Aborted);
        try
        {
            await CopyAsync(subscription, body, until ?? long.MaxValue, end.Token, context.Aborted);
        }
        catch (OperationCanceledException) when (!context.Aborted.IsCancellationRequested)
        {
            // It is `until`: the stream ends as it should.
        }
    }

    /// <summary><paramref name="over"/> ends the waiting, never the writing: what happened until then is sent whole, however late it has become.</summary>
    private static async Task CopyAsync(EventSubscription subscription, Stream body, long until, CancellationToken over, CancellationToken aborted)
    {
        while (subscription.Events.TryRead(out var message) || await subscription.Events.WaitToReadAsync(over))
        {
            if (message?.TimeNano > until)
            {
                return;
            }

            if (message is not null)
            {
                var line = JsonSerializer.SerializeToUtf8Bytes(message, EventsJson.Plain.EventMessage);
                await body.WriteAsync((byte[])[.. line, (byte)'\n'], aborted);
                await body.FlushAsync(aborted);
            }
        }
    }

    /// <summary>Cancelled at <paramref name="until"/>, at once if that is over, or when the client goes.</summary>
    private CancellationTokenSource Timer(long? until, CancellationToken aborted)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        if (until is { } nano)
        {
            var left = TimeSpan.FromTicks(Math.Max(0, (nano / 100) - (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks));
            source.CancelAfter(left < TimeSpan.FromDays(40) ? left : Timeout.InfiniteTimeSpan);
        }

        return source;
    }

    /// <summary>Seconds since 1970 with an optional fraction, as nanoseconds; null for none.</summary>
    private static long? Nanoseconds(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var seconds = Number(dot < 0 ? text : text[..dot]);
        var fraction = dot < 0 ? 0 : Number(text[(dot + 1)..].PadRight(9, '0')[..9]);
        return seconds is > -9_000_000_000 and < 9_000_000_000
            ? (seconds * 1_000_000_000) + fraction
            : throw CortenException.Internal($"strconv.ParseInt: parsing \"{text}\": value out of range");
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw CortenException.Internal($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
}
