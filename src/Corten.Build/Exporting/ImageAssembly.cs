using Corten.Build.Planning;
using Corten.Oci.Image;

namespace Corten.Build.Exporting;

/// <summary>
/// Puts layers and times into an image's configuration. Times are those of the layers, so that a build that is cached throughout gives the very same
/// image again.
/// </summary>
public static class ImageAssembly
{
    public static ImageConfig Finish(BuildPlan plan, IReadOnlyList<PackedLayer> layers)
    {
        var history = new List<HistoryEntry>(plan.Config.History ?? []);
        var layerIndex = 0;
        for (var i = 0; i < history.Count; i++)
        {
            if (history[i].EmptyLayer == true)
            {
                continue;
            }

            if (layerIndex < layers.Count && history[i].Created is null && plan.Epoch is null)
            {
                history[i] = history[i] with { Created = layers[layerIndex].Created };
            }

            layerIndex++;
        }

        // A base may carry layers that its history does not mention.
        for (; layerIndex < layers.Count; layerIndex++)
        {
            history.Add(new HistoryEntry { Created = plan.Epoch ?? layers[layerIndex].Created, CreatedBy = "unknown", Comment = "buildkit.exporter.image.v0" });
        }

        if (plan.Epoch is { } epoch)
        {
            // A base's own entries have their times already.
            history = [.. history.Select(h => h.Created is null ? h with { Created = epoch } : h)];
        }

        FillTimes(history);
        return plan.Config with
        {
            RootFs = new RootFs { DiffIds = [.. layers.Select(l => l.DiffId)] },
            History = history,
            Created = plan.Epoch ?? history.LastOrDefault(h => h.Created is not null)?.Created ?? DateTimeOffset.UnixEpoch,
        };
    }

    /// <summary>Entries without a layer get the time of the layer before them; those before the first new layer get its time.</summary>
    private static void FillTimes(List<HistoryEntry> history)
    {
        var firstNew = history.FindIndex(h => h.Created is null);
        if (firstNew < 0)
        {
            return;
        }

        var time = history.Skip(firstNew).FirstOrDefault(h => h.Created is not null)?.Created ?? history.Take(firstNew).LastOrDefault(h => h.Created is not null)?.Created;
        for (var i = firstNew; i < history.Count; i++)
        {
            time = history[i].Created ?? time;
            history[i] = history[i] with { Created = time };
        }
    }
}
