using Corten.Containers.Model;
using Corten.Containers.Validation;
using Corten.Oci.Errors;
using Corten.Supervision.Monitor;

namespace Corten.Containers.Logs;

/// <summary>From <c>--log-driver</c> and <c>--log-opt</c> to what the monitor writes.</summary>
internal static class LogPlan
{
    /// <summary>What Docker keeps for a log service in non-blocking mode.</summary>
    private const long DefaultBuffer = 1 << 20;

    public static LogTarget Of(Container container, ContainerPaths paths)
    {
        var log = container.Record.Host.LogConfig;
        var options = log.Config ?? [];
        var bounds = LogBounds.Of(log.Type, options);
        return new LogTarget
        {
            Driver = log.Type,
            Path = PathOf(container, paths, options),
            MaxSize = bounds.Size,
            MaxFiles = bounds.Files,
            BufferSize = options.TryGetValue("max-buffer-size", out var text) && LogRules.TryParseSize(text, 1024, out var buffer) ? buffer : DefaultBuffer,
            Attributes = LogAttributes.Of(container, options),
            Options = log.Type is "journald" or "syslog" ? LogService.Options(container, options) : options,
        };
    }

    /// <summary>Null when the driver keeps nothing that could be read.</summary>
    public static string? PathOf(Container container, ContainerPaths paths, IReadOnlyDictionary<string, string> options) => container.Record.Host.LogConfig.Type switch
    {
        "json-file" => paths.JsonLog(container.Id),
        "none" => null,
        "local" => paths.LocalLog(container.Id),
        _ when options.GetValueOrDefault("cache-disabled") == "true" => null,
        _ => paths.LocalLog(container.Id),
    };

    /// <summary>What does not fit together fails a start, as Docker's logging drivers fail when they are made.</summary>
    /// <exception cref="CortenException">In Docker's words.</exception>
    public static LogTarget ForStart(Container container, ContainerPaths paths)
    {
        try
        {
            return Of(container, paths);
        }
        catch (CortenException e)
        {
            throw CortenException.Internal($"failed to create task for container: failed to initialize logging driver: {e.Message}");
        }
    }
}
