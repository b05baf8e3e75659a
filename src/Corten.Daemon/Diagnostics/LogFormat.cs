namespace Corten.Daemon.Diagnostics;

/// <summary>How the daemon's log is written.</summary>
internal enum LogFormat
{
    /// <summary><c>time="…" level=info msg="…"</c></summary>
    Text,

    /// <summary><c>{"level":"info","msg":"…","time":"…"}</c></summary>
    Json,
}
