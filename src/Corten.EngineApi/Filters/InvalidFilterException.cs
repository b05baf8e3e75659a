namespace Corten.EngineApi.Filters;

/// <summary>The <c>filters</c> parameter can't be read, or names something that can't be filtered by. The daemon answers 400.</summary>
public sealed class InvalidFilterException(string message) : Exception(message);
