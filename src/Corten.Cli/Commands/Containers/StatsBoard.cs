using System.Text.Json;
using Corten.Cli.Output;
using Corten.Cli.Templates;
using Corten.Client;
using Corten.Oci.Errors;

namespace Corten.Cli.Commands.Containers;

/// <summary>The latest sample of each container that is watched; each has a thread that reads its stream.</summary>
internal sealed class StatsBoard(EngineClient engine, bool once)
{
    private readonly Lock gate = new();
    private readonly List<Watched> watched = [];

    private sealed record Watched(string Name, ManualResetEventSlim First)
    {
        public JsonElement? Sample { get; set; }

        public bool Ended { get; set; }
    }

    /// <summary>Why a stream of a container that exists could not be read.</summary>
    public Exception? Failure { get; private set; }

    public bool AllEnded
    {
        get
        {
            lock (gate)
            {
                return watched.TrueForAll(static item => item.Ended);
            }
        }
    }

    public void Watch(string name)
    {
        lock (gate)
        {
            if (watched.Exists(item => item.Name == name && !item.Ended))
            {
                return;
            }
            var item = new Watched(name, new ManualResetEventSlim());
            watched.Add(item);
            new Thread(() => Read(item)) { IsBackground = true, Name = "stats" }.Start();
        }
    }

    public void WaitForAll()
    {
        foreach (var item in watched.ToArray())
        {
            item.First.Wait();
        }
    }

    /// <summary>Takes up containers that start, and lets go of those that end.</summary>
    public void FollowEvents() => new Thread(() =>
    {
        try
        {
            var filters = Filters.Encode([("type", "container"), ("event", "start"), ("event", "die"), ("event", "destroy")]);
            using var response = engine.Send(new EngineRequest("GET", new Query("/events").AddIf("filters", filters).ToString()));
            var lines = new JsonLines(response.Body);
            while (lines.Next() is { } message)
            {
                var id = message.Get("Actor").Text("ID");
                if (message.Text("Action") == "start")
                {
                    Watch(id);
                }
                else
                {
                    lock (gate)
                    {
                        watched.RemoveAll(item => item.Name == id);
                    }
                }
            }
        }
        catch (Exception failure) when (failure is CortenException or IOException or InvalidDataException)
        {
            Failure = failure;
        }
    }) { IsBackground = true, Name = "events" }.Start();

    public List<Row> Rows(bool full)
    {
        lock (gate)
        {
            return watched.ConvertAll(item => StatsRow.Of(item.Name, item.Sample, full));
        }
    }

    private void Read(Watched item)
    {
        try
        {
            var path = new Query($"/containers/{Query.Segment(item.Name)}/stats").Add("stream", once ? "0" : "1").ToString();
            using var response = engine.Send(new EngineRequest("GET", path));
            var lines = new JsonLines(response.Body);
            while (lines.Next() is { } sample)
            {
                lock (gate)
                {
                    item.Sample = sample;
                }
                item.First.Set();
            }
        }
        catch (EngineException refused) when (refused.Message.StartsWith("No such container", StringComparison.Ordinal))
        {
            // It was removed between the list and now.
        }
        catch (Exception failure) when (failure is CortenException or IOException or InvalidDataException)
        {
            Failure = failure;
        }
        finally
        {
            lock (gate)
            {
                item.Ended = true;
            }
            item.First.Set();
        }
    }
}
