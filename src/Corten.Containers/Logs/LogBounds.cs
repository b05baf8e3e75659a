using System.Globalization;
using Corten.Containers.Validation;
using Corten.Oci.Errors;

namespace Corten.Containers.Logs;

/// <summary>How much of a log is kept, by <c>max-size</c>, <c>max-file</c> and <c>compress</c>, each driver with Docker's rules and words.</summary>
/// <param name="Size">Bytes at which a file is rotated; 0 for never.</param>
/// <param name="Files">How many files are kept, the current one included.</param>
/// <param name="Compress">Whether complete files are compressed.</param>
internal sealed record LogBounds(long Size, int Files, bool Compress)
{
    /// <summary>Docker keeps json-file logs without bound and fills disks; ours are bounded unless a user sets a size of his own.</summary>
    private static readonly LogBounds ByDefault = new(20 << 20, 5, Compress: true);

    public static LogBounds Of(string driver, IReadOnlyDictionary<string, string> options) => driver switch
    {
        "json-file" => OfJsonFile(options),
        "local" => OfLocal(options, ""),
        "none" => ByDefault,
        _ => OfLocal(options, "cache-"),
    };

    /// <exception cref="CortenException"><paramref name="text"/> is none, in Docker's words.</exception>
    private static long ParseSize(string text) => LogRules.TryParseSize(text, 1000, out var bytes) ? bytes : throw CortenException.Internal($"invalid size: '{text}'");

    private static LogBounds OfJsonFile(IReadOnlyDictionary<string, string> options)
    {
        // -1 is what Docker documents for no bound, and refuses. Here it has a use.
        var unbounded = options.GetValueOrDefault("max-size") == "-1";
        var size = 0L;
        if (options.TryGetValue("max-size", out var text) && !unbounded && (size = ParseSize(text)) <= 0)
        {
            throw CortenException.Internal("max-size must be a positive number");
        }

        var files = options.TryGetValue("max-file", out var count) ? ParseCount(count) : size > 0 ? 1 : ByDefault.Files;
        if (files < 1)
        {
            throw CortenException.Internal("max-file cannot be less than 1");
        }

        var compress = options.TryGetValue("compress", out var wish) && ParseBool(wish);
        if (compress && (files < 2 || size == 0))
        {
            throw CortenException.Internal("compress cannot be true when max-file is less than 2 or max-size is not set");
        }

        return text is null ? ByDefault with { Files = files } : new LogBounds(size, files, compress);
    }

    private static LogBounds OfLocal(IReadOnlyDictionary<string, string> options, string prefix)
    {
        var bounds = ByDefault;
        if (options.TryGetValue(prefix + "max-size", out var size))
        {
            // Docker begins a new file with every record when the size is 0.
            bounds = bounds with { Size = Math.Max(1, Explained("max-size", size, ParseSize)) };
        }

        if (options.TryGetValue(prefix + "max-file", out var count))
        {
            bounds = bounds with { Files = Explained("max-file", count, ParseCount) };
        }

        if (options.TryGetValue(prefix + "compress", out var wish))
        {
            bounds = bounds with { Compress = ParseBool(wish, "error reading compress log option: ") };
        }

        if (bounds.Files < 0)
        {
            throw CortenException.Internal("max file count cannot be less than 0");
        }

        return bounds.Files > 1 || !bounds.Compress ? bounds : throw CortenException.Internal("compression cannot be enabled when max file count is 1");
    }

    private static T Explained<T>(string name, string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (CortenException e)
        {
            throw CortenException.Internal($"invalid value for {name}: {text}: {e.Message}");
        }
    }

    private static int ParseCount(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count)
        ? count
        : throw CortenException.Internal($"strconv.Atoi: parsing \"{text}\": invalid syntax");

    private static bool ParseBool(string text, string context = "") => text switch
    {
        "1" or "t" or "T" or "TRUE" or "true" or "True" => true,
        "0" or "f" or "F" or "FALSE" or "false" or "False" => false,
        _ => throw CortenException.Internal($"{context}strconv.ParseBool: parsing \"{text}\": invalid syntax"),
    };
}
