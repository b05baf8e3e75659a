using System.Net.Sockets;
using System.Text;

namespace Corten.Cli.Tests.Goldens;

/// <summary>An engine on a unix socket that answers from a script and remembers what it was asked.</summary>
internal sealed class FakeEngine : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("corten-fake-").FullName;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<string, string, (int Status, string Body)> answer;

    public FakeEngine(Func<string, string, (int Status, string Body)> answer)
    {
        this.answer = answer;
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder, "s")));
        listener.Listen();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public string Address => $"unix://{folder}/s";

    /// <summary>An empty folder for the client's configuration.</summary>
    public string Configuration => folder;

    public List<(string Method, string Path, string Body)> Requests { get; } = [];

    public void Dispose()
    {
        listener.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var socket = listener.Accept();
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
        }
    }

    private void Serve(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        while (ReadLine(stream) is { Length: > 0 } first)
        {
            var words = first.Split(' ');
            var (length, chunked) = (0, false);
            while (ReadLine(stream) is { Length: > 0 } header)
            {
                length = header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase) ? int.Parse(header[15..]) : length;
                chunked |= header.StartsWith("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);
            }
            var body = chunked ? ReadChunks(stream) : ReadExactly(stream, length);
            var (status, text) = answer(words[0], words[1]);
            lock (Requests)
            {
                Requests.Add((words[0], words[1], body));
            }
            var bytes = Encoding.UTF8.GetBytes(text);
            var head = $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{(status is 204 or 304 ? "" : $"Content-Length: {bytes.Length}\r\n")}\r\n";
            stream.Write([.. Encoding.ASCII.GetBytes(head), .. words[0] == "HEAD" ? [] : bytes]);
        }
    }

    private static string ReadChunks(Stream stream)
    {
        var body = new StringBuilder();
        while (ReadLine(stream) is { } size && Convert.ToInt32(size, 16) is > 0 and var length)
        {
            body.Append(ReadExactly(stream, length));
            ReadLine(stream);
        }
        ReadLine(stream);
        return body.ToString();
    }

    private static string ReadExactly(Stream stream, int length)
    {
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static string? ReadLine(Stream stream)
    {
        var line = new StringBuilder();
        int next;
        while ((next = stream.ReadByte()) >= 0)
        {
            if (next == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }
            line.Append((char)next);
        }
        return null;
    }
}
