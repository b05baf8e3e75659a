using System.Security.Cryptography;

namespace Corten.EndToEnd.Registries;

/// <summary>Pulls that are cut: each goes on where it was, by the count of the bytes that left the registry.</summary>
public sealed class InterruptionTests
{
    private const int LayerSize = 6 << 20;
    private const long Cut = 4 << 20;

    [Fact]
    public async Task A_cut_connection_a_gone_client_and_a_killed_daemon_cost_no_byte_twice()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        await using var registry = await GatedRegistry.StartAsync(daemon);
        var name = $"{registry.Authority}/big:1";
        var layers = await PushTwoLayersAsync(daemon, name);

        // One layer's connection is cut; the other's is refused once by a registry that is too busy.
        registry.Troubles = passage => passage.Range.Length > 0 || registry.BlobReads(layers[1]).Count > 1 ? null
            : passage.Path.EndsWith(layers[0], StringComparison.Ordinal) ? new Trouble(After: Cut)
            : passage.Path.EndsWith(layers[1], StringComparison.Ordinal) && passage.Method == "GET" ? new Trouble(Status: 503) : null;
        var pulled = (await daemon.DockerAsync("pull", name)).Ok().Output;
        Assert.Contains("Retrying in", pulled);
        AssertResumed(registry, layers[0]);
        Assert.Equal([503, 200], registry.BlobReads(layers[1]).Select(p => p.Status));
        Assert.Equal("12582912\n", (await daemon.DockerAsync("run", "--rm", name, "sh", "-c", "cat /one /two | wc -c")).Ok().Output);

        // The client goes away in the middle of a layer.
        await ForgetAsync(daemon, registry, name);
        registry.Troubles = passage => passage.Range.Length == 0 && passage.Path.EndsWith(layers[0], StringComparison.Ordinal) ? new Trouble(After: Cut, Stall: true) : null;
        (await daemon.ScriptAsync($"docker pull {name} & pid=$!; {UntilStalled(daemon)}; kill -INT $pid; wait $pid || :")).Ok();
        (await daemon.DockerAsync("pull", "-q", name)).Ok();
        AssertResumed(registry, layers[0]);

        // The daemon is killed in the middle of a layer.
        await ForgetAsync(daemon, registry, name);
        var pull = daemon.DockerAsync("pull", name);
        (await daemon.ScriptAsync(UntilStalled(daemon))).Ok();
        await daemon.KillAsync();
        await pull;
        await daemon.LaunchAsync();
        (await daemon.DockerAsync("pull", "-q", name)).Ok();
        AssertResumed(registry, layers[0]);
        Assert.Equal("12582912\n", (await daemon.DockerAsync("run", "--rm", name, "sh", "-c", "cat /one /two | wc -c")).Ok().Output);

        // Nothing stays of an image that is gone, and of what was broken off before.
        await ForgetAsync(daemon, registry, name);
        Assert.Empty(Directory.GetFiles(Path.Combine(daemon.DataRoot, "content", "ingest")));
    }

    /// <summary>Waits until all that the gate lets through is on the disk, and the other layer done with.</summary>
    private static string UntilStalled(CortenDaemon daemon) => $"until [ \"$(cat {daemon.DataRoot}/content/ingest/* 2>/dev/null | wc -c)\" = {Cut} ]; do :; done";

    /// <summary>Bytes that do not compress, so that a layer is as large as its file.</summary>
    private static async Task<string[]> PushTwoLayersAsync(CortenDaemon daemon, string name)
    {
        foreach (var file in (string[])["one", "two"])
        {
            await File.WriteAllBytesAsync(Path.Combine(daemon.Root, file), RandomNumberGenerator.GetBytes(LayerSize));
        }

        (await daemon.ScriptAsync($$"""
            set -e
            docker create --name step1 busybox; docker cp one step1:/one; docker commit step1 step; docker rm step1
            docker create --name step2 step; docker cp two step2:/two; docker commit step2 {{name}}; docker rm step2
            docker push -q {{name}}; docker rmi {{name}} step
            """)).Ok();
        var manifest = (await daemon.ScriptAsync($"curl -s -H 'Accept: application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json' http://{name.Split('/')[0]}/v2/big/manifests/1")).Ok().Output;
        using var json = System.Text.Json.JsonDocument.Parse(manifest);
        return [.. json.RootElement.GetProperty("layers").EnumerateArray().Select(l => l.GetProperty("digest").GetString()!).TakeLast(2)];
    }

    private static async Task ForgetAsync(CortenDaemon daemon, GatedRegistry registry, string name)
    {
        (await daemon.DockerAsync("rmi", "-f", name)).Ok();
        registry.Passages.Clear();
    }

    /// <summary>Two reads: one that was cut, and one that begins where the other's bytes ended, or not more than what was on its way before it.</summary>
    private static void AssertResumed(GatedRegistry registry, string layer)
    {
        var reads = registry.BlobReads(layer);
        Assert.Equal(2, reads.Count);
        Assert.Equal(("", Cut), (reads[0].Range, reads[0].Sent));
        var from = long.Parse(reads[1].Range["bytes=".Length..].TrimEnd('-'));
        Assert.InRange(from, 1, Cut);
        Assert.Equal(206, reads[1].Status);
        Assert.InRange(from + reads[1].Sent, LayerSize, LayerSize + (64 << 10));
    }
}
