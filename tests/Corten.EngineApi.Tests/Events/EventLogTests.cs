using System.Globalization;
using System.Text.Json;
using Corten.EngineApi.Events;

namespace Corten.EngineApi.Tests.Events;

public class EventLogTests
{
    [Fact]
    public async Task A_subscriber_gets_the_past_it_asks_for_then_the_present_in_order()
    {
        var log = new EventLog();
        log.Publish(EventType.Volume, "create", "one");
        log.Publish(EventType.Volume, "create", "two");
        using var subscription = log.Subscribe(sinceNano: 0);
        log.Publish(EventType.Volume, "destroy", "one");

        Assert.Equal(["one", "two", "one"], await TakeAsync(subscription, 3, m => m.Actor.Id));
    }

    [Fact]
    public void Without_since_and_until_nothing_is_replayed()
    {
        var log = new EventLog();
        log.Publish(EventType.Volume, "create", "one");
        using var subscription = log.Subscribe();
        Assert.False(subscription.Events.TryRead(out _));
    }

    [Fact]
    public async Task The_ring_keeps_the_last_256()
    {
        var log = new EventLog();
        for (var i = 0; i < EventLog.Capacity + 10; i++)
        {
            log.Publish(EventType.Volume, "create", i.ToString(CultureInfo.InvariantCulture));
        }

        using var subscription = log.Subscribe(sinceNano: 0);
        var ids = await TakeAsync(subscription, EventLog.Capacity, m => m.Actor.Id);
        Assert.Equal("10", ids[0]);
        Assert.False(subscription.Events.TryRead(out _));
    }

    [Fact]
    public async Task Times_are_distinct_so_that_since_neither_repeats_nor_skips()
    {
        var log = new EventLog();
        for (var i = 0; i < 100; i++)
        {
            log.Publish(EventType.Volume, "create", "x");
        }

        using var subscription = log.Subscribe(sinceNano: 0);
        var times = await TakeAsync(subscription, 100, m => m.TimeNano);
        Assert.Equal(times.Order().Distinct(), times);
    }

    [Fact]
    public void Who_does_not_keep_up_is_ended_and_the_others_are_not()
    {
        var log = new EventLog();
        using var slow = log.Subscribe();
        for (var i = 0; i <= EventSubscription.Backlog; i++)
        {
            log.Publish(EventType.Volume, "create", "x");
        }

        Assert.Equal(0, log.Listeners);
        using var other = log.Subscribe();
        log.Publish(EventType.Volume, "create", "y");
        Assert.True(other.Events.TryRead(out _));
    }

    [Fact]
    public async Task Only_containers_and_images_have_the_old_members()
    {
        var log = new EventLog();
        log.Publish(EventType.Container, "start", "abc", [new("image", "busybox"), new("a", "b")]);
        log.Publish(EventType.Volume, "create", "v");
        using var subscription = log.Subscribe(sinceNano: 0);
        var json = await TakeAsync(subscription, 2, m => JsonSerializer.Serialize(m, EventsJson.Plain.EventMessage));
        Assert.StartsWith(
            """{"status":"start","id":"abc","from":"busybox","Type":"container","Action":"start","Actor":{"ID":"abc","Attributes":{"a":"b","image":"busybox"}},"scope":"local","time":""",
            json[0], StringComparison.Ordinal);
        Assert.StartsWith("""{"Type":"volume","Action":"create","Actor":{"ID":"v","Attributes":{}},"scope":"local",""", json[1], StringComparison.Ordinal);
    }

    private static async Task<List<T>> TakeAsync<T>(EventSubscription subscription, int count, Func<EventMessage, T> select)
    {
        var taken = new List<T>();
        while (taken.Count < count)
        {
            taken.Add(select(await subscription.Events.ReadAsync(TestContext.Current.CancellationToken)));
        }

        return taken;
    }
}
