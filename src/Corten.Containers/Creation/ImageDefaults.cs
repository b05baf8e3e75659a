using Corten.EngineApi.Containers;
using Corten.Oci.Image;
using Set = Corten.EngineApi.Json.EmptyObject;

namespace Corten.Containers.Creation;

/// <summary>What an image says where the user says nothing.</summary>
internal static class ImageDefaults
{
    /// <summary>Adds the image's defaults to <paramref name="config"/>, in place.</summary>
    public static void Merge(ContainerConfig config, ContainerDefaults? image)
    {
        if (image is null)
        {
            return;
        }

        if (config.User.Length == 0)
        {
            config.User = image.User ?? "";
        }

        config.ExposedPorts = Union(config.ExposedPorts, image.ExposedPorts?.Keys);
        config.Env = MergeEnvironment(config.Env, image.Env);
        MergeLabels(config, image);
        MergeCommand(config, image);
        MergeHealthcheck(config, image.Healthcheck);
        if (config.WorkingDir.Length == 0)
        {
            config.WorkingDir = image.WorkingDir ?? "";
        }

        config.Volumes = Union(config.Volumes, image.Volumes?.Keys);
        if (string.IsNullOrEmpty(config.StopSignal) && !string.IsNullOrEmpty(image.StopSignal))
        {
            config.StopSignal = image.StopSignal;
        }

        if (config.Shell is null or [])
        {
            config.Shell = image.Shell;
        }
    }

    /// <summary>An entrypoint of the user's drops the image's command as well; a command of the user's keeps the image's entrypoint; <c>[""]</c> resets.</summary>
    private static void MergeCommand(ContainerConfig config, ContainerDefaults image)
    {
        if (config.Entrypoint is null or [])
        {
            if (config.Cmd is null or [])
            {
                config.Cmd = image.Cmd;
                config.ArgsEscaped = image.ArgsEscaped ?? false;
            }

            config.Entrypoint ??= image.Entrypoint;
        }

        if (config.Entrypoint is [""])
        {
            config.Entrypoint = null;
        }
    }

    /// <summary>The user's entries first, then those of the image whose names they do not set.</summary>
    private static IReadOnlyList<string>? MergeEnvironment(IReadOnlyList<string>? user, IReadOnlyList<string>? image)
    {
        if (user is null or [])
        {
            return image ?? user;
        }

        var merged = new List<string>(user);
        foreach (var entry in image ?? [])
        {
            if (!user.Any(own => Name(own).SequenceEqual(Name(entry))))
            {
                merged.Add(entry);
            }
        }

        return merged;
    }

    private static ReadOnlySpan<char> Name(string entry) => entry.IndexOf('=') is var at and >= 0 ? entry.AsSpan(0, at) : entry;

    private static void MergeLabels(ContainerConfig config, ContainerDefaults image)
    {
        config.Labels ??= [];
        foreach (var (name, value) in image.Labels ?? [])
        {
            config.Labels.TryAdd(name, value);
        }
    }

    private static void MergeHealthcheck(ContainerConfig config, ImageHealthcheck? image)
    {
        if (image is null)
        {
            return;
        }

        var own = config.Healthcheck ??= new HealthConfig();
        if (own.Test is null or [])
        {
            own.Test = image.Test;
        }

        own.Interval = own.Interval == 0 ? image.Interval ?? 0 : own.Interval;
        own.Timeout = own.Timeout == 0 ? image.Timeout ?? 0 : own.Timeout;
        own.StartPeriod = own.StartPeriod == 0 ? image.StartPeriod ?? 0 : own.StartPeriod;
        own.StartInterval = own.StartInterval == 0 ? image.StartInterval ?? 0 : own.StartInterval;
        own.Retries = own.Retries == 0 ? image.Retries ?? 0 : own.Retries;
    }

    private static Dictionary<string, Set>? Union(Dictionary<string, Set>? user, IEnumerable<string>? image)
    {
        foreach (var key in image ?? [])
        {
            (user ??= []).TryAdd(key, Set.Value);
        }

        return user;
    }
}
