namespace Corten.EngineApi.Events;

/// <summary>
/// What happened lately, and to whom it is told as it happens. Holds the last <see cref="Capacity"/> events, does no I/O, and never makes the
/// publisher wait: a subscriber that falls <see cref="EventSubscription.Backlog"/> events behind is ended rather than silently given gaps.
/// </summary>
public sealed class EventLog(TimeProvider? clock = null)
{
    public const int Capacity = 256;

    private readonly Lock _lock = new();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly EventMessage[] _ring = new EventMessage[Capacity];
    private readonly List<EventSubscription> _subscriptions = [];
    private long _published;
    private long _lastTimeNano;

    /// <summary>How many are listening now (<c>NEventsListener</c> of <c>/info</c>).</summary>
    public int Listeners
    {
        get
        {
            lock (_lock)
            {
                return _subscriptions.Count;
            }
        }
    }

    /// <summary>Records an event and hands it to whoever listens.</summary>
    /// <param name="type">One of <see cref="EventType"/>.</param>
    /// <param name="action">What happened, in Docker's words: <c>create</c>, <c>die</c>, <c>exec_create: ls -l</c>.</param>
    /// <param name="actorId">The object's id; a volume's or a plain image reference's name where the object has no other id.</param>
    /// <param name="attributes">Copied, and put in order of name.</param>
    public void Publish(string type, string action, string actorId, IEnumerable<KeyValuePair<string, string>>? attributes = null)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in attributes ?? [])
        {
            sorted[name] = value;
        }

        var legacy = type is EventType.Container or EventType.Image;
        lock (_lock)
        {
            // Never two events with one time: `since` with the last time seen must neither repeat nor skip.
            var nano = Math.Max(NowNano(), _lastTimeNano + 1);
            _lastTimeNano = nano;
            var message = new EventMessage
            {
                Status = legacy ? action : null,
                Id = legacy ? actorId : null,
                From = type == EventType.Container ? sorted.GetValueOrDefault("image") : null,
                Type = type,
                Action = action,
                Actor = new EventActor { Id = actorId, Attributes = sorted },
                Time = nano / 1_000_000_000,
                TimeNano = nano,
            };
            _ring[_published++ % Capacity] = message;
            for (var i = _subscriptions.Count - 1; i >= 0; i--)
            {
                if (!_subscriptions[i].TryDeliver(message))
                {
                    _subscriptions.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>
    /// Listens from now on, with the recorded events from <paramref name="sinceNano"/> to <paramref name="untilNano"/> first, in order and
    /// without a gap between the two. Nothing is replayed if both are null.
    /// </summary>
    /// <param name="accepts">Which events the subscriber wants; null for all.</param>
    /// <param name="sinceNano">Nanoseconds since 1970, inclusive.</param>
    /// <param name="untilNano">Nanoseconds since 1970, inclusive; bounds the replay only.</param>
    public EventSubscription Subscribe(Func<EventMessage, bool>? accepts = null, long? sinceNano = null, long? untilNano = null)
    {
        var subscription = new EventSubscription(this, accepts);
        lock (_lock)
        {
            if (sinceNano is not null || untilNano is not null)
            {
                Replay(subscription, sinceNano ?? long.MinValue, untilNano ?? long.MaxValue);
            }

            _subscriptions.Add(subscription);
        }

        return subscription;
    }

    internal void Remove(EventSubscription subscription)
    {
        lock (_lock)
        {
            _subscriptions.Remove(subscription);
        }
    }

    private void Replay(EventSubscription subscription, long since, long until)
    {
        for (var i = Math.Max(0, _published - Capacity); i < _published; i++)
        {
            var message = _ring[i % Capacity];
            if (message.TimeNano >= since && message.TimeNano <= until)
            {
                subscription.TryDeliver(message);
            }
        }
    }

    private long NowNano() => (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
