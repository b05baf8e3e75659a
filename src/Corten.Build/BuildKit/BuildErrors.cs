using System.Text;
using System.Text.Json;
using Corten.Build.BuildKit.Protocol;
using Corten.Build.Contexts;
using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Errors;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Corten.Build.BuildKit;

/// <summary>Failures as gRPC's, with the lines of the Dockerfile that clients show below the message.</summary>
internal static class BuildErrors
{
    private const string DetailsTrailer = "grpc-status-details-bin";
    private const string SourceType = "github.com/moby/buildkit/errdefs.Source+json";

    public static RpcException Of(Exception e, string? defaultFile = null, string? defaultText = null)
    {
        if (e is RpcException already)
        {
            return already;
        }

        // Clients put any other code's name before the message; the engine's own failures have none.
        var code = e is OperationCanceledException ? StatusCode.Cancelled : StatusCode.Unknown;
        var message = e is OperationCanceledException ? "context canceled" : e.Message;
        var status = new Protocol.Status { Code = (int)code, Message = message };
        if (RangeOf(e) is { } range && (e.Data["source"] is DockerfileSource source ? source : defaultText is null ? null : new DockerfileSource(defaultFile!, defaultText)) is { } file)
        {
            status.Details.Add(new Any { TypeUrl = SourceType, Value = ByteString.CopyFrom(SourceJson(file, range)) });
        }

        return From(status);
    }

    public static RpcException From(Protocol.Status status) =>
        new(new Grpc.Core.Status((StatusCode)status.Code, status.Message), new Metadata { { DetailsTrailer, status.ToByteArray() } });

    /// <summary>The lines that a failure is about; null if it is about none.</summary>
    public static SourceRange? RangeOf(Exception e) => e is DockerfileException mistake ? mistake.Range : e.Data["range"] is SourceRange range ? range : null;

    private static byte[] SourceJson(DockerfileSource source, SourceRange range)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("info");
            json.WriteString("filename", source.Name);
            json.WriteBase64String("data", Encoding.UTF8.GetBytes(source.Text));
            json.WriteString("language", "Dockerfile");
            json.WriteEndObject();
            json.WriteStartArray("ranges");
            json.WriteStartObject();
            WritePosition(json, "start", range.Start);
            WritePosition(json, "end", range.End);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WritePosition(Utf8JsonWriter json, string name, int line)
    {
        json.WriteStartObject(name);
        json.WriteNumber("line", line);
        json.WriteEndObject();
    }
}
