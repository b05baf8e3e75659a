using System.Net.Sockets;
using System.Text;

namespace Corten.Daemon.Tests.Http;

/// <summary>HTTP by hand, so that a test decides which bytes go together and when each direction ends.</summary>
internal sealed class RawClient(Socket socket) : IDisposable
{
    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, Timeout())..];
        }
    }

    /// <summary>Ends the sending; receiving goes on.</summary>
    public void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Everything until the server closes.</summary>
    public async Task<byte[]> ReceiveAllAsync()
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 << 10];
        int count;
        while ((count = await socket.ReceiveAsync(buffer, Timeout())) > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    public async Task<string> ReceiveTextAsync() => Encoding.Latin1.GetString(await ReceiveAllAsync());

    /// <summary>Until the text has come.</summary>
    public async Task<string> ReceiveUntilAsync(string end)
    {
        var text = new StringBuilder();
        var buffer = new byte[1];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal) && await socket.ReceiveAsync(buffer, Timeout()) > 0)
        {
            text.Append((char)buffer[0]);
        }

        return text.ToString();
    }

    public void Dispose() => socket.Dispose();

    // Long enough for a busy machine; a test that hangs fails instead.
    private static CancellationToken Timeout() => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;
}
