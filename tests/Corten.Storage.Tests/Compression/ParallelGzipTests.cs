using System.Security.Cryptography;
using Corten.Storage.Compression;

namespace Corten.Storage.Tests.Compression;

public sealed class ParallelGzipTests
{
    private static async Task<byte[]> Compress(byte[] bytes, int piece)
    {
        var target = new MemoryStream();
        await using var gzip = new ParallelGzip(target, level: 4);
        for (var at = 0; at < bytes.Length; at += piece)
        {
            await gzip.WriteAsync(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)));
        }

        await gzip.CompleteAsync();
        return target.ToArray();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData((5 << 20) + 17)]
    public async Task What_goes_in_comes_out_and_pieces_do_not_matter(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        bytes.AsSpan(length / 2).Clear();
        var packed = await Compress(bytes, 100_000);
        using var plain = Decompression.Open(new MemoryStream(packed), out var kind);
        var target = new MemoryStream();
        plain.CopyTo(target);
        Assert.Equal(CompressionKind.Gzip, kind);
        Assert.Equal(bytes, target.ToArray());
        Assert.Equal(packed, await Compress(bytes, 3_000_000));
    }
}
