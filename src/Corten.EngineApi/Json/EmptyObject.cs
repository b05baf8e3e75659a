namespace Corten.EngineApi.Json;

/// <summary>The value <c>{}</c> of a set written as an object (<c>{"80/tcp": {}}</c>).</summary>
public sealed record EmptyObject
{
    public static EmptyObject Value { get; } = new();
}
