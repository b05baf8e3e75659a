namespace Corten.EngineApi.Http2;

/// <summary>One header; the name in lower case.</summary>
public readonly record struct Header(string Name, string Value);
