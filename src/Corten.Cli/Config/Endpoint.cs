using Corten.Client;

namespace Corten.Cli.Config;

/// <summary>The daemon that commands talk to, and why that one.</summary>
/// <param name="Context">The context's name; <c>default</c> when options or the environment decide.</param>
/// <param name="IsDefault">Nobody named a daemon: it is the one on this machine's default socket.</param>
internal sealed record Endpoint(string Context, EngineAddress Address, TlsSettings? Tls, bool IsDefault);
