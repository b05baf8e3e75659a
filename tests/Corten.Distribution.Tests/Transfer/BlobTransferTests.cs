using System.Security.Cryptography;
using Corten.Distribution.Authentication;
using Corten.Distribution.Tests.Registry;
using Corten.Distribution.Transfer;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Microsoft.AspNetCore.Http;

namespace Corten.Distribution.Tests.Transfer;

public sealed class BlobTransferTests
{
    private static readonly RegistrySettings _settings = new() { RetryDelay = TimeSpan.FromMilliseconds(10), StallTimeout = TimeSpan.FromSeconds(20) };
    private static readonly byte[] _content = RandomNumberGenerator.GetBytes(1_000_000);

    [Fact]
    public async Task ACutConnectionIsResumedWhereItBroke()
    {
        await using var registry = await MemoryRegistry.StartAsync();
        var blob = registry.AddBlob("a/b", _content, "x");
        var ranges = new List<string>();
        registry.Before = async http =>
        {
            if (!http.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
            {
                return false;
            }

            ranges.Add(http.Request.Headers.Range.ToString());
            if (ranges.Count > 1)
            {
                return false;
            }

            http.Response.ContentLength = _content.Length;
            await http.Response.Body.WriteAsync(_content.AsMemory(0, 400_000));
            await http.Response.Body.FlushAsync();
            http.Abort();
            return true;
        };
        var (sink, observer) = (new MemorySink(), new Observer());

        await BlobDownload.RunAsync(await OpenAsync(registry), blob, sink, observer, _settings, default);

        Assert.Equal(_content, sink.Content);
        Assert.Equal(2, ranges.Count);
        Assert.StartsWith("bytes=", ranges[1], StringComparison.Ordinal);
        Assert.NotEmpty(observer.Retries);
    }

    [Fact]
    public async Task ARegistryWithoutRangesIsReadFromTheStart()
    {
        await using var registry = await MemoryRegistry.StartAsync();
        var blob = registry.AddBlob("a/b", _content, "x");
        registry.Before = http =>
        {
            http.Request.Headers.Remove("Range");
            return Task.FromResult(false);
        };
        var sink = new MemorySink(_content.AsSpan(0, 123_456));

        await BlobDownload.RunAsync(await OpenAsync(registry), blob, sink, new Observer(), _settings, default);

        Assert.Equal(_content, sink.Content);
    }

    [Fact]
    public async Task AServerThatStaysDownIsGivenUp()
    {
        await using var registry = await MemoryRegistry.StartAsync();
        var blob = registry.AddBlob("a/b", _content, "x");
        registry.Before = http => http.Request.Path == "/v2/" ? Task.FromResult(false) : MemoryRegistry.FailAsync(http, 503, "UNAVAILABLE", "later");

        await Assert.ThrowsAnyAsync<CortenException>(async () => await BlobDownload.RunAsync(await OpenAsync(registry), blob, new MemorySink(), new Observer(), _settings, default));

        Assert.Equal(_settings.MaxAttempts, registry.Count("GET", "/blobs/"));
    }

    [Fact]
    public async Task ARefusalIsNotTriedAgain()
    {
        await using var registry = await MemoryRegistry.StartAsync();

        await Assert.ThrowsAnyAsync<CortenException>(async () => await BlobDownload.RunAsync(
            await OpenAsync(registry), new Descriptor { Digest = Digest.Of("none"u8), Size = 4 }, new MemorySink(), new Observer(), _settings, default));

        Assert.Equal(1, registry.Count("GET", "/blobs/"));
    }

    [Fact]
    public async Task MoreThanTheManifestSaysIsRefused()
    {
        await using var registry = await MemoryRegistry.StartAsync();
        var blob = registry.AddBlob("a/b", _content, "x") with { Size = 10 };

        var refused = await Assert.ThrowsAnyAsync<CortenException>(async () => await BlobDownload.RunAsync(await OpenAsync(registry), blob, new MemorySink(), new Observer(), _settings, default));

        Assert.Contains("filesystem layer verification failed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABlobThatIsThereIsNotSent()
    {
        await using var registry = await MemoryRegistry.StartAsync();
        var blob = registry.AddBlob("a/b", _content, "x");

        Assert.Equal(UploadOutcome.AlreadyExists, (await UploadAsync(registry, blob)).Outcome);
        Assert.Equal(0, registry.Count("POST", ""));
    }

    [Fact]
    public async Task ABlobOfAnotherRepositoryIsMounted()
    {
        await using var registry = await MemoryRegistry.StartAsync();
        var blob = registry.AddBlob("other", _content, "x");

        Assert.Equal(new UploadResult(UploadOutcome.Mounted, "other"), await UploadAsync(registry, blob, "gone", "other"));
        Assert.True(registry.Blobs.ContainsKey(("a/b", blob.Digest.ToString())));
        Assert.Equal(0, registry.Count("PATCH", ""));
    }

    [Fact]
    public async Task AnUploadGoesOnWhereItBroke()
    {
        await using var registry = await MemoryRegistry.StartAsync();
        var blob = new Descriptor { Digest = Digest.Of(_content), Size = _content.Length };
        var patches = new List<string>();
        registry.Before = async http =>
        {
            if (http.Request.Method != "PATCH")
            {
                return false;
            }

            patches.Add(http.Request.Headers.ContentRange.ToString());
            if (patches.Count > 1)
            {
                return false;
            }

            // Keeps half, then the connection breaks.
            var half = new byte[_content.Length / 2];
            await http.Request.Body.ReadExactlyAsync(half);
            http.Request.Body = new MemoryStream(half);
            http.Response.OnStarting(() =>
            {
                http.Abort();
                return Task.CompletedTask;
            });
            return false;
        };

        Assert.Equal(UploadOutcome.Pushed, (await UploadAsync(registry, blob)).Outcome);

        Assert.Equal(["", $"{_content.Length / 2}-{_content.Length - 1}"], patches);
        Assert.Equal(_content, registry.Blobs[("a/b", blob.Digest.ToString())]);
    }

    private static async Task<UploadResult> UploadAsync(MemoryRegistry registry, Descriptor blob, params string[] mountFrom)
    {
        using var registries = new Registries(_settings);
        var repository = await registries.OpenAsync(ImageReference.Parse($"{registry.Authority}/a/b"), RegistryCredentials.Anonymous, RepositoryAccess.Push, mountFrom);
        return await BlobUpload.RunAsync(
            repository, blob, offset => new MemoryStream(_content, (int)offset, _content.Length - (int)offset), mountFrom, new Observer(), _settings, default);
    }

    private static Task<Corten.Distribution.Registry.Repository> OpenAsync(MemoryRegistry registry) =>
        new Registries(_settings).OpenAsync(ImageReference.Parse($"{registry.Authority}/a/b"), RegistryCredentials.Anonymous, RepositoryAccess.Pull);

    private sealed class MemorySink : IBlobSink
    {
        private readonly MemoryStream _stream = new();

        public MemorySink(ReadOnlySpan<byte> already = default) => _stream.Write(already);

        public byte[] Content => _stream.ToArray();

        public long Position => _stream.Position;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _stream.WriteAsync(bytes, cancellationToken);
    }

    private sealed class Observer : ITransferObserver
    {
        public List<int> Retries { get; } = [];

        public void Moved(long position)
        {
        }

        public void Retrying(int seconds) => Retries.Add(seconds);
    }
}
