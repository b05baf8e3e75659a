using System.Globalization;
using System.Net;
using System.Text;
using Corten.Client.Transport;

namespace Corten.Client.Http;

/// <summary>Status line and headers of an HTTP/1.1 response (RFC 9112 §4, §5).</summary>
internal sealed class ResponseHead
{
    private const int MaxLine = 64 << 10;
    private const int MaxHeaders = 200;

    private readonly List<KeyValuePair<string, string>> headers = [];

    public HttpStatusCode Status { get; private init; }

    public long? ContentLength { get; private set; }

    public bool Chunked { get; private set; }

    /// <summary>The connection ends with this response.</summary>
    public bool Closes { get; private set; }

    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in headers)
            {
                if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return value;
                }
            }
            return null;
        }
    }

    /// <returns>Null if the stream ended before the first byte.</returns>
    /// <exception cref="InvalidDataException">What arrives is not HTTP.</exception>
    public static ResponseHead? Read(EngineConnection connection)
    {
        while (true)
        {
            var line = ReadLine(connection);
            if (line is null)
            {
                return null;
            }
            if (!line.StartsWith("HTTP/1.", StringComparison.Ordinal) || line.Length < 12
                || !int.TryParse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            {
                throw new InvalidDataException($"malformed HTTP response \"{line}\"");
            }
            var head = new ResponseHead { Status = (HttpStatusCode)status, Closes = line[7] == '0' };
            head.ReadHeaders(connection);
            if (status is < 100 or >= 200 or 101)
            {
                return head;
            }
        }
    }

    private void ReadHeaders(EngineConnection connection)
    {
        while (true)
        {
            var line = ReadLine(connection) ?? throw new InvalidDataException("unexpected EOF");
            if (line.Length == 0)
            {
                return;
            }
            var colon = line.IndexOf(':');
            if (colon <= 0 || headers.Count == MaxHeaders)
            {
                throw new InvalidDataException($"malformed HTTP header \"{line}\"");
            }
            var name = line[..colon];
            var value = line[(colon + 1)..].Trim(' ', '\t');
            headers.Add(new(name, value));
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                ContentLength = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                    ? length : throw new InvalidDataException($"bad Content-Length \"{value}\"");
            }
            else if (name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                Chunked = value.EndsWith("chunked", StringComparison.OrdinalIgnoreCase);
            }
            else if (name.Equals("Connection", StringComparison.OrdinalIgnoreCase))
            {
                Closes |= value.Contains("close", StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    internal static string? ReadLine(EngineConnection connection)
    {
        var line = new StringBuilder(64);
        while (true)
        {
            var next = connection.ReadByte();
            if (next < 0)
            {
                return line.Length == 0 ? null : throw new InvalidDataException("unexpected EOF");
            }
            if (next == '\n')
            {
                return line.Length > 0 && line[^1] == '\r' ? line.ToString(0, line.Length - 1) : line.ToString();
            }
            if (line.Length == MaxLine)
            {
                throw new InvalidDataException("HTTP header line is too long");
            }
            line.Append((char)next);
        }
    }
}
