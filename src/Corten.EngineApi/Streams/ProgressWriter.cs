using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Corten.EngineApi.Streams;

/// <summary>
/// Writes a progress stream: one JSON object a line, lines ended by CR LF, flushed one by one. Several tasks may write at once. The stream
/// stays the caller's.
/// </summary>
public sealed class ProgressWriter(Stream destination) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Whether a line was written: from then on an error can only be told in the stream.</summary>
    public bool Started { get; private set; }

    /// <summary>A line about a thing: <c>{"status":"Pull complete","progressDetail":{},"id":"3f2a…"}</c>.</summary>
    public Task StatusAsync(string? id, string status, ProgressDetail? detail = null, CancellationToken cancellationToken = default) =>
        WriteAsync(new ProgressMessage { Id = id, Status = status, ProgressDetail = detail ?? (id is null ? null : new()) }, cancellationToken);

    /// <summary>Plain text, as builds and loads print it.</summary>
    public Task StreamAsync(string text, CancellationToken cancellationToken = default) =>
        WriteAsync(new ProgressMessage { Stream = text }, cancellationToken);

    /// <summary>An object of the operation's own.</summary>
    public Task AuxAsync<T>(T aux, JsonTypeInfo<T> type, string? id = null, CancellationToken cancellationToken = default) =>
        WriteAsync(new ProgressMessage { Id = id, Aux = JsonSerializer.SerializeToElement(aux, type) }, cancellationToken);

    /// <summary>The last line of a stream that failed.</summary>
    public Task ErrorAsync(string message, int code = 0, CancellationToken cancellationToken = default) =>
        WriteAsync(ProgressMessage.Failure(message, code), cancellationToken);

    public async Task WriteAsync(ProgressMessage message, CancellationToken cancellationToken = default)
    {
        if (message is { ProgressDetail: { } detail, Progress: null } && ProgressBar.Render(detail) is { Length: > 0 } bar)
        {
            message = message with { Progress = bar };
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(message, StreamsJson.Plain.ProgressMessage);
        var line = new byte[json.Length + 2];
        json.CopyTo(line, 0);
        line[^2] = (byte)'\r';
        line[^1] = (byte)'\n';
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Started = true;
            await destination.WriteAsync(line, cancellationToken).ConfigureAwait(false);
            await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
