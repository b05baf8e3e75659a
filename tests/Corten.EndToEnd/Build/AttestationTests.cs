using System.Text.Json;

namespace Corten.EndToEnd.Build;

/// <summary>Provenance and inventories beside an image, as the stock client asks for them and reads them.</summary>
public sealed class AttestationTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    private const string Dockerfile = """
        FROM busybox
        ARG WORD=none
        RUN --mount=type=secret,id=token mkdir -p /var/lib/dpkg /lib/apk/db /usr/lib/python3/site-packages/Foo_bar-1.2.dist-info /app/node_modules/@s/p /app/node_modules/broken
        COPY status /var/lib/dpkg/status
        COPY installed /lib/apk/db/installed
        COPY METADATA /usr/lib/python3/site-packages/Foo_bar-1.2.dist-info/METADATA
        COPY package.json /app/node_modules/@s/p/package.json
        RUN echo '{ not json' >/app/node_modules/broken/package.json
        COPY os-release /etc/os-release
        """;

    private readonly CortenDaemon _daemon = shared.Daemon;

    private BuildFolder Folder() => new(_daemon, Dockerfile,
        ("status", "Package: libc6\nStatus: install ok installed\nVersion: 2.36-9\nArchitecture: amd64\nSource: glibc (2.36)\nDescription: a\n library\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n"),
        ("installed", "P:musl\nV:1.2.4\nA:x86_64\nL:MIT\n\n"), ("METADATA", "Metadata-Version: 2.1\nName: Foo_bar\nVersion: 1.2\n\nVersion: 9\n"),
        ("package.json", "{\"name\":\"@s/p\",\"version\":\"3.0.0\",\"license\":\"MIT\"}"), ("os-release", "ID=debian\nVERSION_ID=\"12\"\n"));

    [Fact]
    public async Task The_index_names_what_is_attested()
    {
        await using var registry = await NamespaceRegistry.StartAsync(_daemon, Path.Combine(_daemon.Root, "registry-attest"));
        var name = $"{NamespaceRegistry.Authority}/attested:1";
        var folder = Folder();
        await File.WriteAllTextAsync($"{folder.Out}/token", "very secret", TestContext.Current.CancellationToken);
        (await _daemon.DockerAsync("buildx", "build", "-t", name, "--push", "--provenance=mode=max", "--sbom=true", "--build-arg", "WORD=told", "--secret", $"id=token,src={folder.Out}/token", folder.Path)).Ok();

        using var provenance = JsonDocument.Parse((await _daemon.ScriptAsync($"docker buildx imagetools inspect {name} --format '{{{{json .Provenance.SLSA}}}}'")).Ok().Output);
        var definition = provenance.RootElement.GetProperty("buildDefinition");
        Assert.Equal("told", definition.GetProperty("externalParameters").GetProperty("request").GetProperty("args").GetProperty("build-arg:WORD").GetString());
        Assert.Contains("token", definition.GetProperty("externalParameters").GetProperty("request").GetProperty("secrets").ToString());
        Assert.StartsWith("pkg:docker/busybox@latest", definition.GetProperty("resolvedDependencies")[0].GetProperty("uri").GetString());
        Assert.DoesNotContain("very secret", provenance.RootElement.ToString());

        using var spdx = JsonDocument.Parse((await _daemon.ScriptAsync($"docker buildx imagetools inspect {name} --format '{{{{json .SBOM.SPDX}}}}'")).Ok().Output);
        Assert.Equal("SPDX-2.3", spdx.RootElement.GetProperty("spdxVersion").GetString());
        string[] urls = [.. spdx.RootElement.GetProperty("packages").EnumerateArray().Where(p => p.TryGetProperty("externalRefs", out _))
            .Select(p => p.GetProperty("externalRefs")[0].GetProperty("referenceLocator").GetString()!)];
        Assert.Equal(
        [
            "pkg:apk/debian/musl@1.2.4?arch=x86_64&distro=debian-12", "pkg:deb/debian/libc6@2.36-9?arch=amd64&upstream=glibc&distro=debian-12", "pkg:npm/%40s/p@3.0.0",
            "pkg:pypi/foo-bar@1.2",
        ], urls);
    }

    [Fact]
    public async Task Builds_that_differ_in_nothing_but_attestations_are_two_images()
    {
        var folder = new BuildFolder(_daemon, "FROM busybox\nCOPY a /a\nCMD [\"cat\", \"/a\"]\n", ("a", "content\n"));
        string[] build = ["buildx", "build", "-q", folder.Path];
        var plain = (await _daemon.DockerAsync([.. build, "-t", "attested/plain"])).Ok().Text;
        var listed = (await _daemon.DockerAsync([.. build, "-t", "attested/listed", "--sbom=true"])).Ok().Text;
        var told = (await _daemon.DockerAsync([.. build, "-t", "attested/told", "--provenance=true"])).Ok().Text;
        Assert.Equal(3, new[] { plain, listed, told }.Distinct().Count());
        foreach (var (name, id) in new[] { ("plain", plain), ("listed", listed), ("told", told) })
        {
            Assert.Equal(id, (await _daemon.DockerAsync("image", "inspect", "-f", "{{.Id}}", $"attested/{name}")).Ok().Text);
            Assert.Equal("content\n", (await _daemon.DockerAsync("run", "--rm", "--network", "none", $"attested/{name}")).Ok().Output);
        }
    }

    /// <summary>A generator of one's own, by BuildKit's protocol: the tree can be read only, and statements are left where it is told.</summary>
    [Fact]
    public async Task An_image_may_make_the_inventory()
    {
        var scanner = new BuildFolder(_daemon, "FROM busybox\nCOPY --chmod=755 scan /scan\nENTRYPOINT [\"/scan\"]\nCMD [\"a \\\"word\\\" $1\"]\n", ("scan", """
            #!/bin/sh
            touch "$BUILDKIT_SCAN_SOURCE/mark" 2>/dev/null && exit 1
            [ -z "$BUILDKIT_SCAN_SOURCE_EXTRAS" ] || [ "$(cat "$BUILDKIT_SCAN_SOURCE_EXTRAS/sbom-other/mark")" = other ] || exit 4
            [ "$1" = 'a "word" $1' ] || exit 2
            [ "$(cat "$BUILDKIT_SCAN_SOURCE/mark")" = "$BUILDKIT_SCAN_WANTED" ] || exit 3
            echo '{"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://spdx.dev/Document","subject":[],"predicate":{"name":"made by an image"}}' >"$BUILDKIT_SCAN_DESTINATION/own.spdx.json"
            """));
        (await _daemon.DockerAsync("buildx", "build", "-t", "attested/scanner", scanner.Path)).Ok();
        var folder = new BuildFolder(_daemon, "FROM scratch\nCOPY mark /\n", ("mark", "a $b"));
        string[] build = ["buildx", "build", "-o", folder.Out];
        (await _daemon.DockerAsync([.. build, "--sbom=generator=attested/scanner,WANTED=a $b", folder.Path])).Ok();
        using var statement = JsonDocument.Parse(await File.ReadAllTextAsync($"{folder.Out}/own.spdx.json", TestContext.Current.CancellationToken));
        Assert.Equal("made by an image", statement.RootElement.GetProperty("predicate").GetProperty("name").GetString());
        Assert.Equal("mark", Assert.Single(statement.RootElement.GetProperty("subject").EnumerateArray()).GetProperty("name").GetString());

        var staged = new BuildFolder(_daemon, "FROM scratch AS other\nARG BUILDKIT_SBOM_SCAN_STAGE=true\nCOPY other /mark\nFROM scratch\nCOPY mark /\nCOPY --from=other /mark /second\n", ("mark", "a $b"), ("other", "other"));
        (await _daemon.DockerAsync([.. build, "--sbom=generator=attested/scanner,WANTED=a $b", staged.Path])).Ok();

        Assert.Contains("exit code: 3", (await _daemon.DockerAsync([.. build, "--sbom=generator=attested/scanner,WANTED=other", folder.Path])).Exits(1).Errors);
        Assert.Contains("SBOM generator busybox has left no statement in /run/out", (await _daemon.DockerAsync([.. build, "--sbom=generator=busybox", folder.Path])).Exits(1).Errors);
    }

    [Fact]
    public async Task Attestations_survive_saving_and_loading()
    {
        var folder = new BuildFolder(_daemon, "FROM scratch\nARG TARGETARCH\nCOPY a /$TARGETARCH\n", ("a", "content\n"));
        var id = (await _daemon.DockerAsync("buildx", "build", "-q", "--platform", "linux/amd64,linux/arm64", "--sbom=true", "--provenance=true", "-t", "attested/kept", folder.Path)).Ok().Text;
        (await _daemon.ScriptAsync($"docker save -o {folder.Out}/first.tar attested/kept && docker rmi attested/kept && docker load -i {folder.Out}/first.tar && docker save -o {folder.Out}/second.tar attested/kept")).Ok();
        Assert.Equal(id, (await _daemon.DockerAsync("image", "inspect", "-f", "{{.Id}}", "attested/kept")).Ok().Text);
        string[] names = [.. (await _daemon.ScriptAsync($"tar tf {folder.Out}/first.tar | sort")).Ok().Text.Split('\n')];
        // Of each platform manifest, configuration, layer; attestations with configuration and two statements; the index.
        Assert.Equal((2 * 3) + (2 * 4) + 1, names.Count(n => n.StartsWith("blobs/sha256/", StringComparison.Ordinal) && n.Length > "blobs/sha256/".Length));
        Assert.Equal(names, (await _daemon.ScriptAsync($"tar tf {folder.Out}/second.tar | sort")).Ok().Text.Split('\n'));
    }

    [Fact]
    public async Task A_small_provenance_keeps_arguments_to_itself()
    {
        var folder = Folder();
        (await _daemon.DockerAsync("buildx", "build", "--provenance=mode=min", "--build-arg", "WORD=told", "-o", $"type=oci,tar=false,dest={folder.Out}/layout", folder.Path)).Ok();
        var statement = Directory.GetFiles($"{folder.Out}/layout/blobs/sha256").Select(File.ReadAllText).Single(text => text.StartsWith("{\"_type\":\"https://in-toto.io/Statement", StringComparison.Ordinal));
        Assert.Contains("\"predicateType\":\"https://slsa.dev/provenance/v1\"", statement);
        Assert.DoesNotContain("told", statement);
    }

    [Fact]
    public async Task Files_have_their_attestations_beside_them()
    {
        var folder = new BuildFolder(_daemon, "FROM scratch\nCOPY a /dir/a\n", ("a", "content\n"));
        (await _daemon.DockerAsync("buildx", "build", "--provenance=mode=max", "--sbom=true", "-o", folder.Out, folder.Path)).Ok();
        Assert.Equal(["dir/a", "provenance.json", "sbom.spdx.json"], Directory.GetFiles(folder.Out, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder.Out, path)).Order(StringComparer.Ordinal));
        using var provenance = JsonDocument.Parse(await File.ReadAllTextAsync($"{folder.Out}/provenance.json", TestContext.Current.CancellationToken));
        var subject = Assert.Single(provenance.RootElement.GetProperty("subject").EnumerateArray());
        Assert.Equal(("dir/a", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("content\n"u8))),
            (subject.GetProperty("name").GetString(), subject.GetProperty("digest").GetProperty("sha256").GetString()));
    }

    [Fact]
    public async Task Stages_and_the_context_have_inventories_of_their_own()
    {
        var folder = new BuildFolder(_daemon, """
            ARG BUILDKIT_SBOM_SCAN_STAGE=true
            FROM scratch AS build
            COPY installed /lib/apk/db/installed
            FROM scratch
            ARG BUILDKIT_SBOM_SCAN_CONTEXT=true
            COPY --from=build /lib/apk/db /db
            COPY node_modules /gone/
            """, ("installed", "P:musl\nV:1.2.4\nA:x86_64\n\n"), ("node_modules/p/package.json", "{\"name\":\"p\",\"version\":\"3.0.0\"}"));
        (await _daemon.DockerAsync("buildx", "build", "--sbom=true", "-o", folder.Out, folder.Path)).Ok();
        string[] Packages(string name)
        {
            using var statement = JsonDocument.Parse(File.ReadAllText($"{folder.Out}/{name}.spdx.json"));
            var spdx = statement.RootElement.GetProperty("predicate");
            return [spdx.GetProperty("name").GetString()!, .. spdx.GetProperty("packages").EnumerateArray().Skip(1).Select(p => p.GetProperty("name").GetString()!)];
        }

        Assert.Equal(["sbom-build", "musl"], Packages("sbom-build"));
        Assert.Equal(["sbom-context", "p"], Packages("sbom-context"));
        Assert.Equal(["files"], Packages("sbom"));

        await using var registry = await NamespaceRegistry.StartAsync(_daemon, Path.Combine(_daemon.Root, "registry-scans"));
        var image = $"{NamespaceRegistry.Authority}/scanned:1";
        (await _daemon.DockerAsync("buildx", "build", "--sbom=true", "-t", image, "--push", folder.Path)).Ok();
        using var inventories = JsonDocument.Parse((await _daemon.ScriptAsync($"docker buildx imagetools inspect {image} --format '{{{{json .SBOM}}}}'")).Ok().Output);
        Assert.Equal(image, inventories.RootElement.GetProperty("SPDX").GetProperty("name").GetString());
        Assert.Equal(["sbom-build", "sbom-context"], inventories.RootElement.GetProperty("AdditionalSPDXs").EnumerateArray().Select(s => s.GetProperty("name").GetString()).Order());
    }

    [Fact]
    public async Task Nobody_gets_what_nobody_asked_for()
    {
        var folder = Folder();
        (await _daemon.DockerAsync("buildx", "build", "-o", $"type=oci,tar=false,dest={folder.Out}/layout", folder.Path)).Ok();
        Assert.DoesNotContain(Directory.GetFiles($"{folder.Out}/layout/blobs/sha256"), file => File.ReadAllText(file).Contains("in-toto", StringComparison.Ordinal));
    }
}
