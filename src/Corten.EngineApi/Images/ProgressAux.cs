namespace Corten.EngineApi.Images;

/// <summary>What a push puts into <c>aux</c>: what the tag now names at the registry.</summary>
public sealed record PushResult
{
    public string Tag { get; set; } = "";
    public string Digest { get; set; } = "";
    public long Size { get; set; }
}

/// <summary>What a build puts into <c>aux</c>: the id of the image that came out.</summary>
public sealed record BuildResult
{
    public string ID { get; set; } = "";
}
