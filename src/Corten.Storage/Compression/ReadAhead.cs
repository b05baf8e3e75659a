using System.Runtime.ExceptionServices;

namespace Corten.Storage.Compression;

/// <summary>
/// Reads a stream ahead of its consumer into a ring of blocks, so that both work at once: a pipeline is a chain of these. The consumer reads
/// synchronously. Every block can also be shown to an observer (a digest), on a thread of its own and without a copy; the end of the stream
/// is reported to the consumer only after the observer has seen all of it. Does not own the source, but nobody else may use it before this
/// is disposed of.
/// </summary>
public sealed class ReadAhead : ReadOnlyStream
{
    private const int BlockCount = 8;
    private const int BlockSize = 1 << 18;

    private readonly Stream _source;
    private readonly Action<ReadOnlySpan<byte>>? _observer;
    private readonly CancellationTokenSource _stop;
    private readonly Block[] _ring = new Block[BlockCount];
    private readonly Turnstile _free = new(BlockCount);
    private readonly Turnstile _full = new(0);
    private readonly Turnstile _toObserve = new(0);
    private readonly CancellationTokenRegistration _onStop;
    private readonly Task _producing;
    private readonly Task _observing;
    private Exception? _failure;
    private int _next;
    private Block? _current;
    private int _offset;
    private bool _ended;
    private bool _disposed;

    private ReadAhead(Stream source, bool waiting, Action<ReadOnlySpan<byte>>? observer, CancellationToken cancel)
    {
        _source = source;
        _observer = observer;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _onStop = _stop.Token.Register(() =>
        {
            _free.Stop();
            _full.Stop();
            _toObserve.Stop();
        });
        for (var i = 0; i < BlockCount; i++)
        {
            _ring[i] = new Block();
        }

        _producing = waiting ? Task.Run(ProduceAsync) : OnOwnThread(Produce);
        _observing = observer is null ? Task.CompletedTask : OnOwnThread(Observe);
    }

    /// <summary>Of a source that waits (a socket): it is read asynchronously and occupies no thread.</summary>
    public static ReadAhead OfWaiting(Stream source, Action<ReadOnlySpan<byte>>? observer = null, CancellationToken cancel = default) =>
        new(source, waiting: true, observer, cancel);

    /// <summary>Of a source that computes (a decompressor): it is read on a thread of its own.</summary>
    public static ReadAhead OfComputing(Stream source, Action<ReadOnlySpan<byte>>? observer = null, CancellationToken cancel = default) =>
        new(source, waiting: false, observer, cancel);

    public override int Read(Span<byte> buffer)
    {
        if (_ended || buffer.IsEmpty)
        {
            return 0;
        }

        if (_current is null)
        {
            _full.Wait();
            _current = _ring[_next++ % BlockCount];
            _offset = 0;
        }

        if (_current.Length == 0)
        {
            _observing.Wait(_stop.Token);
            if (_failure is not null)
            {
                ExceptionDispatchInfo.Throw(_failure);
            }

            _ended = true;
            return 0;
        }

        var count = Math.Min(buffer.Length, _current.Length - _offset);
        _current.Bytes.AsSpan(_offset, count).CopyTo(buffer);
        _offset += count;
        if (_offset == _current.Length)
        {
            Leave(_current);
            _current = null;
        }

        return count;
    }

    /// <summary>Stops reading and waits until the source is no longer used.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _stop.Cancel();
            Task.WhenAll(_producing, _observing).ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait();
            _onStop.Dispose();
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    private static Task OnOwnThread(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private async Task ProduceAsync()
    {
        for (var i = 0; ; i++)
        {
            await _free.WaitAsync();
            var block = _ring[i % BlockCount];
            int length;
            try
            {
                // What has arrived goes on at once: a slow sender must not hold the consumer up until a block is full.
                length = await _source.ReadAsync(block.Bytes, _stop.Token);
            }
            catch (Exception e)
            {
                _failure = e;
                length = 0;
            }

            Publish(block, length);
            if (length == 0)
            {
                return;
            }
        }
    }

    private void Produce()
    {
        for (var i = 0; ; i++)
        {
            _free.Wait();
            var block = _ring[i % BlockCount];
            int length;
            try
            {
                length = _source.ReadAtLeast(block.Bytes, BlockSize, throwOnEndOfStream: false);
            }
            catch (Exception e)
            {
                _failure = e;
                length = 0;
            }

            Publish(block, length);
            if (length == 0)
            {
                return;
            }
        }
    }

    /// <summary>An empty block is the end, or stands for the failure.</summary>
    private void Publish(Block block, int length)
    {
        block.Length = length;
        block.Users = _observer is null ? 1 : 2;
        _full.Release();
        _toObserve.Release();
    }

    private void Observe()
    {
        for (var i = 0; ; i++)
        {
            _toObserve.Wait();
            var block = _ring[i % BlockCount];
            if (block.Length == 0)
            {
                return;
            }

            try
            {
                if (_failure is null)
                {
                    _observer!(block.Bytes.AsSpan(0, block.Length));
                }
            }
            catch (Exception e)
            {
                // Goes to the consumer at the end; the blocks must keep flowing until then.
                _failure = e;
            }

            Leave(block);
        }
    }

    private void Leave(Block block)
    {
        if (Interlocked.Decrement(ref block.Users) == 0)
        {
            _free.Release();
        }
    }

    private sealed class Block
    {
        public readonly byte[] Bytes = GC.AllocateUninitializedArray<byte>(BlockSize);
        public int Length;
        public int Users;
    }
}
