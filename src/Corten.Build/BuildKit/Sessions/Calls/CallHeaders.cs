using Corten.EngineApi.Http2;
using Grpc.Core;

namespace Corten.Build.BuildKit.Sessions.Calls;

/// <summary>gRPC's metadata as headers and back (PROTOCOL-HTTP2 of gRPC, "Requests").</summary>
internal static class CallHeaders
{
    private const string BinarySuffix = "-bin";

    private static readonly Header[] Common =
    [
        new(":method", "POST"), new(":scheme", "http"), new(":authority", "localhost"), new("content-type", "application/grpc"), new("te", "trailers"), new("user-agent", "corten"),
    ];

    /// <summary>Values of one name stay headers of their own, in order.</summary>
    public static IReadOnlyList<Header> Of(string path, Metadata? metadata) =>
        [.. Common[..3], new(":path", path), .. Common[3..], .. (metadata ?? []).Select(e => new Header(e.Key, e.IsBinary ? Convert.ToBase64String(e.ValueBytes).TrimEnd('=') : e.Value))];

    /// <summary>Headers of other protocols and names that metadata cannot have are left out.</summary>
    public static Metadata MetadataOf(IReadOnlyList<Header> headers)
    {
        var metadata = new Metadata();
        foreach (var (name, value) in headers.Where(h => h.Name.Length > 0 && h.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-')))
        {
            if (!name.EndsWith(BinarySuffix, StringComparison.Ordinal))
            {
                metadata.Add(name, value);
                continue;
            }

            foreach (var bytes in value.Split(',').Select(FromBase64).OfType<byte[]>())
            {
                metadata.Add(name, bytes);
            }
        }

        return metadata;
    }

    /// <summary>Padding may be missing; null if it is no base64.</summary>
    private static byte[]? FromBase64(string text)
    {
        var padded = text.Trim() is var plain && plain.Length % 4 is var rest and not 0 ? plain + new string('=', 4 - rest) : plain;
        var bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out var length) ? bytes[..length] : null;
    }
}
