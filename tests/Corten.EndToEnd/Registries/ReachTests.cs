using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Corten.EndToEnd.Registries;

/// <summary>Which ways to a registry are taken: TLS or not, mirrors first, and of an index the platform asked for.</summary>
public sealed class ReachTests
{
    /// <summary>Of the addresses that are for documentation (RFC 5737): no loopback, which is insecure without being told.</summary>
    private const string Plain = "198.51.100.7", Sealed = "198.51.100.8";

    [Fact]
    public async Task Only_a_registry_that_is_said_to_be_insecure_is_spoken_to_without_a_known_certificate()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        (await daemon.ScriptAsync($"ip address add {Plain}/32 dev lo; ip address add {Sealed}/32 dev lo")).Ok();
        await using var plain = await GatedRegistry.StartAsync(daemon, Plain);
        using var certificate = SelfSigned();
        await using var tls = await GatedRegistry.StartAsync(daemon, Sealed, certificate: certificate);

        (await daemon.ScriptAsync($"docker tag busybox {plain.Authority}/a:1; docker tag busybox {tls.Authority}/a:1")).Ok();
        Assert.Contains("http: server gave HTTP response to HTTPS client", (await daemon.DockerAsync("push", $"{plain.Authority}/a:1")).Exits(1).Errors);
        Assert.Contains("tls: failed to verify certificate: x509: certificate signed by unknown authority", (await daemon.DockerAsync("push", $"{tls.Authority}/a:1")).Exits(1).Errors);

        // The list is read again on SIGHUP, by address and by network; connections that are open change with it.
        await File.WriteAllTextAsync(daemon.ConfigFile, $$"""{"insecure-registries":["{{plain.Authority}}","{{Sealed}}/32"]}""");
        (await daemon.ScriptAsync($"kill -HUP {daemon.ProcessId}; until docker info -f '{{{{json .RegistryConfig.IndexConfigs}}}}' | grep -q '{plain.Authority}'; do :; done")).Ok();
        foreach (var registry in (GatedRegistry[])[plain, tls])
        {
            (await daemon.ScriptAsync($"docker push -q {registry.Authority}/a:1; docker rmi {registry.Authority}/a:1")).Ok();
            Assert.Equal($"{registry.Authority}/a:1\n", (await daemon.DockerAsync("pull", "-q", $"{registry.Authority}/a:1")).Ok().Output);
        }
    }

    [Fact]
    public async Task Certificates_for_a_registry_are_found_by_its_name()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        (await daemon.ScriptAsync($"ip address add {Sealed}/32 dev lo")).Ok();
        using var certificate = SelfSigned();
        using var client = SelfSigned();
        await using var registry = await GatedRegistry.StartAsync(daemon, Sealed, certificate: certificate, clients: client);
        var folder = $"/etc/docker/certs.d/{registry.Authority}";
        var image = $"{registry.Authority}/sealed:1";
        (await daemon.ScriptAsync($"docker tag busybox {image}; mkdir -p {folder}")).Ok();
        try
        {
            Assert.Contains("x509: certificate signed by unknown authority", (await daemon.DockerAsync("push", image)).Exits(1).Errors);
            await File.WriteAllTextAsync(folder + "/ca.crt", certificate.ExportCertificatePem());
            (await daemon.DockerAsync("push", "-q", image)).Exits(1);
            Assert.Empty(registry.Passages);

            await File.WriteAllTextAsync(folder + "/client.cert", client.ExportCertificatePem());
            Assert.Contains("missing key client.key for client certificate client.cert. CA certificates must use the extension .crt", (await daemon.DockerAsync("push", image)).Exits(1).Errors);
            await File.WriteAllTextAsync(folder + "/client.key", client.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
            (await daemon.ScriptAsync($"docker push -q {image} && docker rmi {image} && docker pull -q {image}")).Ok();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The waits that the registry asks for are none here; what it is asked again for, and how often, is what counts.</summary>
    [Fact]
    public async Task A_registry_that_is_busy_is_asked_again_when_it_says()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        await using var registry = await GatedRegistry.StartAsync(daemon);
        var image = $"{registry.Authority}/busy:1";
        (await daemon.ScriptAsync($"docker tag busybox {image}; docker push -q {image}; docker rmi {image}; docker tag busybox kept; docker rmi -f busybox kept")).Ok();
        var left = new Queue<int>([429, 503, 429]);
        registry.Troubles = passage => passage is { Method: "GET" } && passage.Path.Contains("/blobs/", StringComparison.Ordinal) && left.TryDequeue(out var status)
            ? new Trouble(status, RetryAfter: 0) : null;
        (await daemon.DockerAsync("pull", "-q", image)).Ok();
        Assert.Equal([429, 429, 503], registry.Passages.Where(p => p is { Status: 429 or 503 } && p.Path.Contains("/blobs/", StringComparison.Ordinal)).Select(p => p.Status).Order());

        // What may take longer than anybody waits is told at once.
        (await daemon.DockerAsync("rmi", image)).Ok();
        registry.Troubles = passage => passage.Path.Contains("/blobs/", StringComparison.Ordinal) ? new Trouble(429, RetryAfter: 3600) : null;
        Assert.Contains("toomanyrequests", (await daemon.DockerAsync("pull", image)).Exits(1).Errors);
        registry.Troubles = passage => passage.Path.Contains("/manifests/", StringComparison.Ordinal) ? new Trouble(429, RetryAfter: 0) : null;
        Assert.Contains("toomanyrequests", (await daemon.DockerAsync("pull", image)).Exits(1).Errors);
    }

    [Fact]
    public async Task A_mirror_that_fails_leaves_the_pull_to_the_next()
    {
        // Ports of loopback: nobody listens on the first; the second is a gate whose registry is out of order.
        await using var daemon = await CortenDaemon.StartAsync();
        await using var broken = await GatedRegistry.StartAsync(daemon);
        await using var good = await GatedRegistry.StartAsync(daemon);
        (await daemon.ScriptAsync($"docker tag busybox {good.Authority}/library/mirrored:1; docker push -q {good.Authority}/library/mirrored:1; docker rmi {good.Authority}/library/mirrored:1")).Ok();
        broken.Troubles = passage => passage.Path == "/v2/" ? null : new Trouble(Status: 500);
        await File.WriteAllTextAsync(daemon.ConfigFile, $$"""{"registry-mirrors":["http://127.0.0.1:9","http://{{broken.Authority}}","http://{{good.Authority}}"]}""");
        (await daemon.ScriptAsync($"kill -HUP {daemon.ProcessId}; until docker info -f '{{{{.RegistryConfig.Mirrors}}}}' | grep -q '{good.Authority}'; do :; done")).Ok();

        Assert.Equal("docker.io/library/mirrored:1\n", (await daemon.DockerAsync("pull", "-q", "mirrored:1")).Ok().Output);
        Assert.Contains(broken.Passages, p => p.Status == 500);
        Assert.Equal("mirrored:1\n", (await daemon.DockerAsync("images", "--format", "{{.Repository}}:{{.Tag}}", "mirrored")).Ok().Output);
    }

    [Fact]
    public async Task Of_an_index_the_platform_that_is_asked_for_is_pulled()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        await using var registry = await GatedRegistry.StartAsync(daemon);
        var name = registry.Authority + "/several";
        (await daemon.ScriptAsync($$$"""
            set -e
            for arch in amd64 arm64; do
              docker import --platform linux/$arch -m $arch {{{Programs.BaseImage}}} {{{name}}}:$arch; docker push -q {{{name}}}:$arch; docker rmi {{{name}}}:$arch
            done
            accept='Accept: application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json'
            for arch in amd64 arm64; do
              curl -s -H "$accept" -o $arch http://{{{registry.Authority}}}/v2/several/manifests/$arch
              type=$(tr -d ' \n' <$arch | sed 's/.*"schemaVersion":2,"mediaType":"\([^"]*\)".*/\1/')
              printf '%s{"mediaType":"%s","size":%d,"digest":"sha256:%s","platform":{"os":"linux","architecture":"%s"}}' "$comma" "$type" $(wc -c <$arch) $(sha256sum $arch | cut -d' ' -f1) $arch >>entries
              comma=,
            done
            echo '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":['"$(cat entries)"']}' |
              curl -sf -X PUT -H 'Content-Type: application/vnd.oci.image.index.v1+json' --data-binary @- http://{{{registry.Authority}}}/v2/several/manifests/1
            """)).Ok();

        Assert.Equal("amd64", (await daemon.ScriptAsync($"docker pull -q {name}:1 >/dev/null; docker inspect -f '{{{{.Architecture}}}}' {name}:1")).Ok().Text);
        Assert.Equal("arm64", (await daemon.ScriptAsync($"docker pull -q --platform linux/arm64 {name}:1 >/dev/null; docker inspect -f '{{{{.Architecture}}}}' {name}:1")).Ok().Text);
        Assert.Contains("no matching manifest for linux/s390x in the manifest list entries", (await daemon.DockerAsync("pull", "--platform", "linux/s390x", name + ":1")).Exits(1).Errors);
        Assert.Equal("linux/amd64 linux/arm64", (await daemon.ScriptAsync(
            $"curl -s --unix-socket {daemon.Socket} http://d/v1.51/distribution/{name}:1/json | tr '{{' '\\n' | sed -n 's/.*architecture\":\"\\([^\"]*\\)\",\"os\":\"\\([^\"]*\\).*/\\2\\/\\1/p' | paste -sd' '")).Ok().Text);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=registry", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(Sealed));
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
