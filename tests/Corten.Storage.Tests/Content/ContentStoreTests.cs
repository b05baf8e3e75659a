using System.Security.Cryptography;
using Corten.Oci.Errors;
using Corten.Oci.Image;
using Corten.Storage.Content;

namespace Corten.Storage.Tests.Content;

public sealed class ContentStoreTests : IDisposable
{
    private readonly TemporaryRoot _root = new();

    private ContentStore Content => _root.Stores.Content;

    private string IngestFolder => Path.Combine(_root.Stores.Root.Content, "ingest");

    public void Dispose() => _root.Dispose();

    private static byte[] Bytes(int length) => RandomNumberGenerator.GetBytes(length);

    [Fact]
    public async Task A_blob_lies_where_the_image_layout_says()
    {
        var bytes = Bytes(5000);
        var digest = await Content.AddAsync(bytes);
        var path = Path.Combine(_root.Stores.Root.Content, "blobs", "sha256", digest.Hex);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path));
        Assert.Contains("imageLayoutVersion", await File.ReadAllTextAsync(Path.Combine(_root.Stores.Root.Content, "oci-layout")));
        Assert.Equal(bytes, await Content.ReadAllAsync(digest));
        Assert.Empty(Directory.GetFiles(IngestFolder));
        Assert.Equal(5000, Content.TotalSize());
    }

    [Fact]
    public async Task An_interrupted_ingest_is_taken_up_also_after_a_restart()
    {
        var bytes = Bytes(700_000);
        var digest = Digest.Of(bytes);
        await using (var writer = await Content.BeginAsync(digest.ToString()))
        {
            await writer.WriteAsync(bytes.AsMemory(0, 300_000));
        }

        var content = _root.Reopen().Content;
        await using (var writer = await content.BeginAsync(digest.ToString()))
        {
            Assert.Equal(300_000, writer.Offset);
            await using (var written = writer.OpenWritten())
            {
                var copy = new MemoryStream();
                await written.CopyToAsync(copy);
                Assert.Equal(bytes[..300_000], copy.ToArray());
            }

            await writer.WriteAsync(bytes.AsMemory(300_000));
            await writer.CommitAsync(digest, bytes.Length);
        }

        Assert.Equal(bytes, await content.ReadAllAsync(digest));
    }

    [Fact]
    public async Task A_wrong_digest_is_refused_and_nothing_is_kept()
    {
        await using (var writer = await Content.BeginAsync("x"))
        {
            await writer.WriteAsync(Bytes(10));
            var error = await Assert.ThrowsAsync<CortenException>(() => writer.CommitAsync(Digest.Of("other"u8), 10));
            Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        }

        Assert.Empty(Content.List());
        await using var again = await Content.BeginAsync("x");
        Assert.Equal(0, again.Offset);
    }

    [Fact]
    public async Task A_short_blob_can_be_completed_a_long_one_not()
    {
        await using (var writer = await Content.BeginAsync("x"))
        {
            await writer.WriteAsync(Bytes(10));
            await Assert.ThrowsAsync<CortenException>(() => writer.CommitAsync(default, 11));
        }

        await using (var writer = await Content.BeginAsync("x"))
        {
            Assert.Equal(10, writer.Offset);
            await writer.WriteAsync(Bytes(10));
            await Assert.ThrowsAsync<CortenException>(() => writer.CommitAsync(default, 11));
        }

        await using var last = await Content.BeginAsync("x");
        Assert.Equal(0, last.Offset);
    }

    [Fact]
    public async Task Sha512_works_too()
    {
        var bytes = Bytes(3000);
        var digest = Digest.Parse("sha512:" + Convert.ToHexStringLower(SHA512.HashData(bytes)));
        await using (var writer = await Content.BeginAsync("x"))
        {
            await writer.WriteAsync(bytes);
            await writer.CommitAsync(digest, null);
        }

        Assert.Equal(bytes, await Content.ReadAllAsync(digest));
    }

    [Fact]
    public async Task A_stream_beyond_its_bound_is_refused()
    {
        await Assert.ThrowsAsync<CortenException>(() => Content.AddAsync(new MemoryStream(Bytes(1001)), limit: 1000));
        Assert.Equal(1000, (await Content.AddAsync(new MemoryStream(Bytes(1000)), limit: 1000)).Size);
        Assert.Empty(Directory.GetFiles(IngestFolder));
    }

    [Fact]
    public async Task A_disk_that_lies_is_noticed()
    {
        var digest = await Content.AddAsync(Bytes(5000));
        var path = Content.PathOf(digest);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[77] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        await Assert.ThrowsAsync<CortenException>(() => Content.ReadAllAsync(digest));
        await File.WriteAllBytesAsync(path, bytes[..4000]);
        await Assert.ThrowsAsync<CortenException>(() => Content.ReadAllAsync(digest));
    }

    [Fact]
    public async Task A_document_has_a_bound()
    {
        var digest = await Content.AddAsync(Bytes(5000));
        await Assert.ThrowsAsync<CortenException>(() => Content.ReadAllAsync(digest, limit: 4999));
    }

    [Fact]
    public async Task One_writer_a_name()
    {
        var first = await Content.BeginAsync("x");
        var second = Content.BeginAsync("x");
        Assert.False(second.IsCompleted);
        await first.WriteAsync(Bytes(10));
        await first.CommitAsync(default, null);
        await first.DisposeAsync();
        await using var writer = await second;
        Assert.Equal(0, writer.Offset);
    }

    [Fact]
    public async Task What_is_read_through_a_tee_is_written()
    {
        var bytes = Bytes(100_000);
        await using var writer = await Content.BeginAsync("x");
        var seen = new MemoryStream();
        await writer.Tee(new MemoryStream(bytes)).CopyToAsync(seen);
        Assert.Equal(bytes, seen.ToArray());
        Assert.Equal(Digest.Of(bytes), (await writer.CommitAsync(Digest.Of(bytes), bytes.Length)).Digest);
    }

    [Fact]
    public async Task Start_sweeps_files_without_a_row_and_rows_without_a_file()
    {
        var kept = await Content.AddAsync(Bytes(10));
        var lost = await Content.AddAsync(Bytes(11));
        File.Delete(Content.PathOf(lost));
        var orphan = Content.PathOf(Digest.Of("orphan"u8));
        await File.WriteAllTextAsync(orphan, "orphan");
        await File.WriteAllTextAsync(Path.Combine(IngestFolder, "77"), "orphan");
        var content = _root.Reopen().Content;
        Assert.Equal([kept], content.List().Select(blob => blob.Digest));
        Assert.False(File.Exists(orphan));
        Assert.Empty(Directory.GetFiles(IngestFolder));
    }

    [Fact]
    public async Task Start_sweeps_what_was_written_under_a_name_made_for_once()
    {
        var digest = Digest.Of("half"u8);
        foreach (var reference in (string[])[digest.ToString(), "load-" + Guid.NewGuid().ToString("n")])
        {
            await using var writer = await Content.BeginAsync(reference);
            await writer.WriteAsync(Bytes(10));
        }

        Assert.Equal(2, Directory.GetFiles(IngestFolder).Length);
        var content = _root.Reopen().Content;
        Assert.Single(Directory.GetFiles(IngestFolder));
        await using var again = await content.BeginAsync(digest.ToString());
        Assert.Equal(10, again.Offset);
    }

    [Fact]
    public async Task A_missing_blob_is_not_found()
    {
        var digest = Digest.Of("nothing"u8);
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<CortenException>(() => Content.OpenRead(digest)).Kind);
        Assert.Equal(ErrorKind.NotFound, (await Assert.ThrowsAsync<CortenException>(() => Content.ReadAllAsync(digest))).Kind);
        Assert.False(Content.Delete(digest));
    }
}
