using System.Globalization;
using Corten.Containers.Model;
using Corten.Containers.Validation;
using Corten.Oci.Errors;
using Corten.Supervision.Monitor;

namespace Corten.Containers.Logs;

/// <summary>From <c>--log-driver</c> and <c>--log-opt</c> to what the monitor writes.</summary>
internal static class LogPlan
{
    /// <summary>Docker keeps json-file logs without bound and fills disks; ours are bounded unless a user sets a size of his own.</summary>
    private const long DefaultSize = 20 << 20;

    private const int DefaultFiles = 5;

    public static LogTarget Of(Container container, ContainerPaths paths)
    {
        var log = container.Record.Host.LogConfig;
        var options = log.Config ?? [];
        var explicitSize = options.TryGetValue("max-size", out var size) && size != "-1";
        var unlimited = options.GetValueOrDefault("max-size") == "-1";
        var files = Files(options);
        return new LogTarget
        {
            Driver = log.Type,
            Path = PathOf(container, paths, options),
            MaxSize = unlimited ? 0 : explicitSize ? Size(size!) : DefaultSize,
            MaxFiles = log.Type is "json-file" && explicitSize && !options.ContainsKey("max-file") ? 1 : files,
            Attributes = LogAttributes.Of(container, options),
            Options = new Dictionary<string, string>(options, StringComparer.Ordinal)
            {
                // Docker compresses json-file only on request; within our own bounds it is always worth it.
                ["compress"] = options.GetValueOrDefault("compress", explicitSize && log.Type == "json-file" ? "false" : "true"),
            },
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

    private static long Size(string text) => LogRules.TryParseSize(text, out var bytes) && bytes > 0 ? bytes : throw Failed($"invalid size: '{text}'");

    private static int Files(Dictionary<string, string> options)
    {
        if (!options.TryGetValue("max-file", out var text))
        {
            return DefaultFiles;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var files))
        {
            throw Failed($"strconv.Atoi: parsing \"{text}\": invalid syntax");
        }

        return files >= 1 ? files : throw Failed("max-file cannot be less than 1");
    }

    private static CortenException Failed(string why) =>
        CortenException.Internal($"failed to create task for container: failed to initialize logging driver: {why}");
}
