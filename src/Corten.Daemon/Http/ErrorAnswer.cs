using System.Text.Json;
using Corten.EngineApi.Errors;
using Corten.EngineApi.Filters;
using Corten.Oci.Errors;
using Microsoft.AspNetCore.Http;

namespace Corten.Daemon.Http;

/// <summary>The one map from what went wrong to what a client is told.</summary>
internal static class ErrorAnswer
{
    public static int Status(Exception e) => e switch
    {
        CortenException { Kind: var kind } => Status(kind),
        InvalidFilterException => StatusCodes.Status400BadRequest,
        BadHttpRequestException bad => bad.StatusCode,
        _ => StatusCodes.Status500InternalServerError,
    };

    public static int Status(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidArgument => StatusCodes.Status400BadRequest,
        ErrorKind.Unauthorized => StatusCodes.Status401Unauthorized,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.NotModified => StatusCodes.Status304NotModified,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.NotImplemented => StatusCodes.Status501NotImplemented,
        ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    public static Task WriteAsync(HttpResponse response, Exception e, CancellationToken cancellationToken) =>
        WriteAsync(response, Status(e), e.Message, cancellationToken);

    public static Task WriteAsync(HttpResponse response, int status, string message, CancellationToken cancellationToken)
    {
        response.StatusCode = status;
        if (status == StatusCodes.Status304NotModified)
        {
            return Task.CompletedTask;
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new ErrorResponse { Message = message }, ErrorsJson.Plain.ErrorResponse);
        response.ContentType = "application/json";
        response.ContentLength = body.Length + 1;
        return HttpMethods.IsHead(response.HttpContext.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync((byte[])[.. body, (byte)'\n'], cancellationToken).AsTask();
    }
}
