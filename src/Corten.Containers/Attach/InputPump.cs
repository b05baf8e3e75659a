using System.Buffers;

namespace Corten.Containers.Attach;

/// <summary>
/// Copies a client's input until it ends, the client goes, or it types the detach sequence; that is looked for on terminals only, since any file may
/// hold those bytes.
/// </summary>
internal static class InputPump
{
    private const int BufferSize = 32 << 10;

    /// <returns>True when the client asked to be detached; false when its input ended.</returns>
    public static async Task<bool> RunAsync(Stream client, Func<ReadOnlyMemory<byte>, ValueTask> write, DetachKeys? keys, CancellationToken gone)
    {
        var watcher = keys?.Watch();
        var passOn = new List<byte>();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            while ((count = await client.ReadAsync(buffer, gone).ConfigureAwait(false)) > 0)
            {
                if (watcher is null)
                {
                    await write(buffer.AsMemory(0, count)).ConfigureAwait(false);
                    continue;
                }

                passOn.Clear();
                var detach = watcher.Feed(buffer.AsSpan(0, count), passOn);
                if (passOn.Count > 0)
                {
                    await write(passOn.ToArray()).ConfigureAwait(false);
                }

                if (detach)
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
