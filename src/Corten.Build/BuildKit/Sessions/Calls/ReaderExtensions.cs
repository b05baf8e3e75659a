using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Corten.Build.BuildKit.Sessions.Calls;

internal static class ReaderExtensions
{
    /// <summary>Every message until the call ends.</summary>
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(this IAsyncStreamReader<T> reader, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await reader.MoveNext(cancellation).ConfigureAwait(false))
        {
            yield return reader.Current;
        }
    }
}
