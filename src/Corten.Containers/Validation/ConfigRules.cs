using Corten.Containers.Model;
using Corten.EngineApi.Containers;
using Corten.Oci.Errors;

namespace Corten.Containers.Validation;

/// <summary>What may stand in a <see cref="ContainerConfig"/>. The words are the reference engine's.</summary>
internal static class ConfigRules
{
    private const long Millisecond = 1_000_000;

    public static void Check(ContainerConfig config)
    {
        if (config.WorkingDir.Length > 0 && config.WorkingDir[0] != '/')
        {
            throw CortenException.Invalid($"the working directory '{config.WorkingDir}' is invalid, it needs to be an absolute path");
        }

        if (!string.IsNullOrEmpty(config.StopSignal))
        {
            Signal.Parse(config.StopSignal);
        }

        foreach (var variable in config.Env ?? [])
        {
            if (variable.Length == 0 || variable[0] == '=')
            {
                throw CortenException.Invalid($"invalid environment variable: {variable}");
            }
        }

        if (config.Healthcheck is { } health)
        {
            Check(health);
        }
    }

    /// <summary>After the image's defaults are in.</summary>
    public static void CheckCommand(ContainerConfig merged)
    {
        if (merged is { Entrypoint: null or [] or [""], Cmd: null or [] })
        {
            throw CortenException.Invalid("no command specified");
        }
    }

    private static void Check(HealthConfig health)
    {
        Duration("Interval", health.Interval);
        Duration("Timeout", health.Timeout);
        if (health.Retries < 0)
        {
            throw CortenException.Invalid("Retries in Healthcheck cannot be negative");
        }

        Duration("StartPeriod", health.StartPeriod);
        Duration("StartInterval", health.StartInterval);
    }

    private static void Duration(string name, long value)
    {
        if (value != 0 && value < Millisecond)
        {
            throw CortenException.Invalid($"{name} in Healthcheck cannot be less than 1ms");
        }
    }
}
