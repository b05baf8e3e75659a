using System.Globalization;
using Corten.Build.BuildKit.Sessions.Http2;
using Corten.EngineApi.Http2;
using Grpc.Core;

namespace Corten.Build.BuildKit.Sessions.Calls;

/// <summary>How a call ended, by what the other side said last.</summary>
internal sealed record CallOutcome(Status Status, Metadata Trailers)
{
    private const string ContentType = "application/grpc";

    /// <param name="call">Over, and all of its data was taken that is whole.</param>
    /// <param name="isWhole">No part of a message is left.</param>
    public static CallOutcome Of(Http2Call call, bool isWhole)
    {
        var answer = call.Headers ?? [];
        var last = call.Trailers.Count > 0 ? call.Trailers : answer;
        var status = StatusOf(answer, last);
        return new CallOutcome(isWhole || status.StatusCode != StatusCode.OK ? status : new Status(StatusCode.Internal, "the call ended within a message"), CallHeaders.MetadataOf(last));
    }

    private static Status StatusOf(IReadOnlyList<Header> answer, IReadOnlyList<Header> last)
    {
        if (int.TryParse(Find(last, "grpc-status"), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            return new Status((StatusCode)code, Uri.UnescapeDataString(Find(last, "grpc-message") ?? ""));
        }

        var http = Find(answer, ":status") ?? "";
        var type = Find(answer, "content-type") ?? "";
        return http == "200" && type.StartsWith(ContentType, StringComparison.Ordinal) ? new Status(StatusCode.Unknown, "the call ended without saying how")
            : new Status(CodeOf(http), $"unexpected HTTP status code received from server: {http}; content-type \"{type}\"");
    }

    /// <summary>By gRPC's document on mapping codes of HTTP.</summary>
    private static StatusCode CodeOf(string http) => http switch
    {
        "400" => StatusCode.Internal,
        "401" => StatusCode.Unauthenticated,
        "403" => StatusCode.PermissionDenied,
        "404" => StatusCode.Unimplemented,
        "429" or "502" or "503" or "504" => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    private static string? Find(IReadOnlyList<Header> headers, string name)
    {
        foreach (var header in headers)
        {
            if (header.Name == name)
            {
                return header.Value;
            }
        }

        return null;
    }
}
