namespace Corten.Distribution.Transfer;

/// <summary>Is told how a transfer goes on. Calls come from one transfer one after the other, and must be quick.</summary>
public interface ITransferObserver
{
    /// <summary>Bytes of the blob that are across.</summary>
    void Moved(long position);

    /// <summary>The transfer broke and is tried again in so many seconds; called once for each second.</summary>
    void Retrying(int seconds);
}

/// <summary>Nobody looks on.</summary>
public sealed class Unobserved : ITransferObserver
{
    public static Unobserved Instance { get; } = new();

    public void Moved(long position)
    {
    }

    public void Retrying(int seconds)
    {
    }
}

/// <summary>Takes a blob's bytes in order; what it has survives a broken transfer.</summary>
public interface IBlobSink
{
    /// <summary>Bytes taken so far: where a transfer goes on.</summary>
    long Position { get; }

    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}
