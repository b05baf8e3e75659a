using Corten.EngineApi.Filters;

namespace Corten.Volumes;

/// <summary>The prune filter <c>all</c>, which is read by other rules than the truth values of other filters.</summary>
internal static class PruneFilters
{
    /// <returns>Null if it is not given.</returns>
    /// <exception cref="InvalidFilterException">It is no truth value, or several.</exception>
    public static bool? All(FilterSet filters) => filters["all"] switch
    {
        [] => null,
        [var value] => value switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
            _ => throw new InvalidFilterException($"invalid filter 'all': strconv.ParseBool: parsing \"{value}\": invalid syntax"),
        },
        _ => throw new InvalidFilterException("invalid filter 'all': only one value is expected"),
    };
}
