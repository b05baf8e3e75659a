using System.Formats.Tar;
using System.Text.Json;

namespace Corten.EndToEnd.Build;

/// <summary>What a build gives out, asked for by the stock client.</summary>
public sealed class OutputTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    private const string Dockerfile = "FROM busybox\nCOPY a /dir/a\nRUN echo made >/dir/b && ln -s a /dir/l\nCMD [\"cat\", \"/dir/a\"]\n";

    private readonly CortenDaemon _daemon = shared.Daemon;

    private BuildFolder Folder(string dockerfile = Dockerfile) => new(_daemon, dockerfile, ("a", "content\n"));

    /// <summary>A client that stops taking a result ends the build, which used to wait for it for ever.</summary>
    [Theory]
    [InlineData("docker")]
    [InlineData("corten")]
    public async Task A_client_without_room_ends_the_build_and_says_why(string client)
    {
        var outcome = await _daemon.ScriptAsync($$"""
            rm -rf full-context && mkdir -p full full-context && mount -t tmpfs -o size=64k none full || exit 1
            trap 'umount full' EXIT
            for i in 1 2 3; do head -c 3000000 /dev/urandom >full-context/$i; done
            printf 'FROM scratch\nCOPY . /\n' >full-context/Dockerfile
            for output in full type=tar,dest=full/tar type=oci,dest=full/oci; do
              timeout 60 {{(client == "docker" ? Programs.Docker : Programs.Corten)}} build --progress plain -o $output full-context >full-out 2>&1
              [ $? -ne 124 ] && grep -ci '^ERROR.*no space left on device' full-out
              rm -rf full/*
            done
            """);
        Assert.Equal("1\n1\n1", outcome.Ok().Text);
    }

    [Fact]
    public async Task A_folder_gets_the_files()
    {
        var folder = Folder("FROM scratch\nCOPY a /dir/a\n");
        (await _daemon.DockerAsync("buildx", "build", "-o", folder.Out, folder.Path)).Ok();
        Assert.Equal("content\n", await File.ReadAllTextAsync(Path.Combine(folder.Out, "dir/a"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_tar_goes_to_standard_output()
    {
        var folder = Folder("FROM scratch\nCOPY a /dir/a\n");
        (await _daemon.ScriptAsync($"docker buildx build -q -o type=tar,dest={folder.Out}/o.tar {folder.Path}")).Ok();
        Assert.Equal(["dir/", "dir/a"], Names($"{folder.Out}/o.tar"));
    }

    /// <summary>What Docker Engine 28.5 gives: hard links are what one source of one instruction, or one RUN, made. Files of one context are no more one than those of a registry's layers.</summary>
    [Theory]
    [InlineData("made", "all/h2=all/h x/b=x/a")]
    [InlineData("again", "two/all/h2=two/all/h two/x/b=two/x/a")]
    public async Task Files_that_were_copied_twice_are_two(string target, string links)
    {
        var folder = Folder("FROM busybox AS run\nCOPY a /x/a\nRUN ln /x/a /x/b\nFROM scratch AS made\nCOPY a /once\nCOPY a /twice\nCOPY . /all/\nCOPY d d/sub /z/\nCOPY h h2 /hl/\nCOPY --from=run /x /x\n"
            + "FROM scratch AS again\nCOPY --from=made / /two/\n");
        folder.Write("d/sub/f", "f\n");
        folder.Write("h", "h\n");
        (await _daemon.ScriptAsync($"ln {folder.Path}/h {folder.Path}/h2; docker buildx build -q --target {target} -o type=tar,dest={folder.Out}/o.tar {folder.Path}")).Ok();
        Assert.Equal(links, (await _daemon.ScriptAsync($"tar tvf {folder.Out}/o.tar | sed -n 's/.* \\(.*\\) link to \\(.*\\)/\\1=\\2/p' | sort | xargs")).Ok().Text);
        (await _daemon.ScriptAsync($"docker buildx build -q --target {target} -o type=local,dest={folder.Out}/l,platform-split=true {folder.Path}")).Ok();
        Assert.Equal(links.Split('=', ' ').Order(StringComparer.Ordinal), (await _daemon.ScriptAsync($"cd {folder.Out}/l/linux_* && find . -links 2 -type f | cut -c3- | LC_ALL=C sort | xargs")).Ok().Text.Split(' '));
        (await _daemon.ScriptAsync($"docker buildx build -q --target {target} -t out/linked {folder.Path}")).Ok();
        Assert.Equal(links, (await _daemon.ScriptAsync("id=$(docker create out/linked sh); docker export $id | tar tv | sed -n 's/.* \\(.*\\) link to \\(.*\\)/\\1=\\2/p' | sort | xargs; docker rm $id >/dev/null")).Ok().Text);
    }

    [Fact]
    public async Task Several_platforms_have_a_folder_each_in_a_tar()
    {
        var folder = Folder("FROM scratch\nARG TARGETARCH\nCOPY a /$TARGETARCH\n");
        (await _daemon.ScriptAsync($"docker buildx build -q --platform linux/arm64,linux/amd64 -o type=tar,dest={folder.Out}/o.tar {folder.Path}")).Ok();
        Assert.Equal(["linux_amd64/", "linux_amd64/amd64", "linux_arm64/", "linux_arm64/arm64"], Names($"{folder.Out}/o.tar").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Several_platforms_share_a_folder_if_they_share_no_file()
    {
        var folder = Folder("FROM scratch\nARG TARGETARCH\nCOPY a /in/$TARGETARCH\nFROM scratch AS same\nCOPY a /in/a\n");
        string[] build = ["buildx", "build", "--platform", "linux/arm64,linux/amd64", "--provenance", "true", "-o", $"type=local,dest={folder.Out},platform-split=false,attestation-prefix=my-", folder.Path];
        var outcome = await _daemon.DockerAsync(build);
        Assert.Contains("cannot overwrite in/a from linux/arm64 with linux/amd64 when split option is disabled", outcome.Exits(1).Errors);
        (await _daemon.DockerAsync([.. build[..^1], "--target", "0", "--build-arg", "SOURCE_DATE_EPOCH=1000000", build[^1]])).Ok();
        Assert.Equal("""
            in/amd64
            in/arm64
            my-provenance.linux_amd64.json
            my-provenance.linux_arm64.json
            """, (await _daemon.ScriptAsync($"cd {folder.Out} && find . -type f -newermt @999999 ! -newermt @1000000 | cut -c3- | LC_ALL=C sort")).Ok().Text);
    }

    /// <summary>The text is what the real engine's client prints.</summary>
    [Fact]
    public async Task An_outline_tells_what_a_target_can_be_given()
    {
        var folder = Folder("# G is global\nARG G=1\nFROM busybox AS base\n# X some x\nARG X=foo\nARG G\nRUN --mount=type=secret,id=tok,required=true --mount=type=ssh echo $X\n"
            + "# final the last\nFROM base AS final\nARG Y\nARG HTTP_PROXY\nARG TARGETARCH\nRUN --mount=type=secret,id=opt echo\n");
        Assert.Equal("""
            TARGET:      final
            DESCRIPTION: the last

            BUILD ARG    VALUE   DESCRIPTION
            G            1       is global
            X            foo     some x
            Y            yy      
            HTTP_PROXY           

            SECRET   REQUIRED
            tok      true
            opt      

            SSH       REQUIRED
            default   


            """, (await _daemon.DockerAsync("buildx", "build", "--call", "outline", "--build-arg", "Y=yy", folder.Path)).Ok().Output);
    }

    [Fact]
    public async Task An_oci_archive_is_a_layout_whose_blobs_are_what_their_names_say()
    {
        var folder = Folder();
        (await _daemon.DockerAsync("buildx", "build", "-t", "out/oci:1", "-o", $"type=oci,dest={folder.Out}/o.tar", "--metadata-file", $"{folder.Out}/metadata.json", folder.Path)).Ok();
        var files = Files($"{folder.Out}/o.tar");
        var index = JsonDocument.Parse(files["index.json"]).RootElement.GetProperty("manifests")[0];
        Assert.Equal("docker.io/out/oci:1", index.GetProperty("annotations").GetProperty("io.containerd.image.name").GetString());
        Assert.Equal(folder.Metadata().GetProperty("containerimage.digest").GetString(), index.GetProperty("digest").GetString());
        Assert.All(files.Where(f => f.Key.StartsWith("blobs/sha256/", StringComparison.Ordinal)),
            f => Assert.Equal(f.Key["blobs/sha256/".Length..], Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(f.Value))));
        Assert.DoesNotContain("manifest.json", files.Keys);
    }

    [Fact]
    public async Task A_docker_archive_is_loaded_by_docker_load()
    {
        var folder = Folder();
        (await _daemon.DockerAsync("buildx", "build", "-t", "out/docker:1", "-o", $"type=docker,dest={folder.Out}/o.tar", folder.Path)).Ok();
        Assert.Contains("Loaded image: out/docker:1", (await _daemon.DockerAsync("load", "-i", $"{folder.Out}/o.tar")).Ok().Output);
        Assert.Equal("content\n", (await _daemon.DockerAsync("run", "--rm", "--network", "none", "out/docker:1")).Ok().Output);
    }

    [Fact]
    public async Task A_layout_as_a_folder_is_a_base_of_another_build()
    {
        var folder = Folder();
        (await _daemon.DockerAsync("buildx", "build", "-t", "out/dir:1", "-o", $"type=oci,tar=false,dest={folder.Out}/layout", folder.Path)).Ok();
        var second = Folder("FROM base\nRUN test \"$(cat /dir/b)\" = made\n");
        (await _daemon.DockerAsync("buildx", "build", "--build-context", $"base=oci-layout://{folder.Out}/layout:1", second.Path)).Ok();
    }

    [Fact]
    public async Task Several_platforms_are_one_image_with_annotations()
    {
        await using var registry = await NamespaceRegistry.StartAsync(_daemon, Path.Combine(_daemon.Root, "registry-platforms"));
        var folder = Folder("FROM scratch\nARG TARGETARCH\nCOPY a /$TARGETARCH\n");
        (await _daemon.DockerAsync("buildx", "build", "--platform", "linux/amd64,linux/arm64", "-t", $"{NamespaceRegistry.Authority}/several:1", "--push",
            "--annotation", "index:where=top", "--annotation", "manifest[linux/arm64]:which=arm", "--metadata-file", $"{folder.Out}/metadata.json", folder.Path)).Ok();
        var raw = (await _daemon.ScriptAsync($"docker buildx imagetools inspect --raw {NamespaceRegistry.Authority}/several:1")).Ok().Output;
        using var index = JsonDocument.Parse(raw);
        Assert.Equal("top", index.RootElement.GetProperty("annotations").GetProperty("where").GetString());
        Assert.Equal(["amd64", "arm64"], index.RootElement.GetProperty("manifests").EnumerateArray().Select(m => m.GetProperty("platform").GetProperty("architecture").GetString()));
        var arm = index.RootElement.GetProperty("manifests")[1].GetProperty("digest").GetString();
        Assert.Contains("\"which\":\"arm\"", (await _daemon.ScriptAsync($"docker buildx imagetools inspect --raw {NamespaceRegistry.Authority}/several@{arm}")).Ok().Output);
        Assert.Equal(folder.Metadata().GetProperty("containerimage.digest").GetString(), (await _daemon.DockerAsync("image", "inspect", "-f", "{{.Id}}", $"{NamespaceRegistry.Authority}/several:1")).Ok().Text);
    }

    [Theory]
    [InlineData("gzip", "tar+gzip")]
    [InlineData("zstd", "tar+zstd")]
    [InlineData("uncompressed", ".tar\"")]
    public async Task Layers_are_pushed_in_the_compression_that_was_asked_for(string compression, string ending)
    {
        await using var registry = await NamespaceRegistry.StartAsync(_daemon, Path.Combine(_daemon.Root, "registry-compression"));
        var name = $"{NamespaceRegistry.Authority}/{compression}:1";
        (await _daemon.DockerAsync("buildx", "build", "-t", name, "-o", $"type=registry,compression={compression},force-compression=true", Folder().Path)).Ok();
        var raw = (await _daemon.ScriptAsync($"docker buildx imagetools inspect --raw {name}")).Ok().Output;
        Assert.Equal(3, raw.Split(ending).Length - 1);
        (await _daemon.DockerAsync("image", "rm", name)).Ok();
        Assert.Equal("content\n", (await _daemon.DockerAsync("run", "--rm", "--network", "none", name)).Ok().Output);
    }

    [Fact]
    public async Task Pushed_by_digest_there_is_no_tag_and_unstored_no_image()
    {
        await using var registry = await NamespaceRegistry.StartAsync(_daemon, Path.Combine(_daemon.Root, "registry-digest"));
        var folder = Folder();
        var name = $"{NamespaceRegistry.Authority}/by/digest";
        // The stock client refuses push-by-digest itself.
        (await _daemon.CortenAsync("build", "-q", "-o", $"type=image,name={name},push=true,push-by-digest=true,store=false", "--metadata-file", $"{folder.Out}/metadata.json", folder.Path)).Ok();
        var digest = folder.Metadata().GetProperty("containerimage.digest").GetString();
        Assert.Equal("", (await _daemon.DockerAsync("images", "-q", name)).Ok().Text);
        Assert.Equal("404", (await _daemon.ScriptAsync($"curl -s -o {folder.Out}/none -w '%{{http_code}}' http://{NamespaceRegistry.Authority}/v2/by/digest/manifests/latest")).Ok().Output);
        Assert.Equal("content\n", (await _daemon.DockerAsync("run", "--rm", "--network", "none", $"{name}@{digest}")).Ok().Output);
    }

    [Fact]
    public async Task A_foreign_run_is_refused_by_its_platform()
    {
        var foreign = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64 ? "linux/s390x" : "linux/amd64";
        var folder = Folder("FROM scratch\nCOPY a /a\nRUN [\"/a\"]\n");
        var outcome = await _daemon.DockerAsync("buildx", "build", "--platform", foreign, folder.Path);
        Assert.Contains($"programs for {foreign} can't run on this machine", outcome.Exits(1).Errors);
    }

    [Fact]
    public async Task An_image_has_the_id_that_files_and_quiet_builds_say()
    {
        var folder = Folder();
        var id = (await _daemon.DockerAsync("buildx", "build", "-q", "--iidfile", $"{folder.Out}/id", "-t", "out/id:1", folder.Path)).Ok().Text;
        Assert.Equal(id, await File.ReadAllTextAsync($"{folder.Out}/id", TestContext.Current.CancellationToken));
        Assert.Equal(id, (await _daemon.DockerAsync("image", "inspect", "-f", "{{.Id}}", "out/id:1")).Ok().Text);
    }

    [Fact]
    public async Task A_stage_may_be_replaced_by_a_folder()
    {
        var folder = Folder("FROM busybox AS base\nRUN false\nFROM base\nCOPY a /dir/a\nCMD [\"/a\"]\n");
        (await _daemon.DockerAsync("buildx", "build", "--build-context", $"base={folder.Path}", "-t", "out/replaced:1", folder.Path)).Ok();
        Assert.Equal("a\ndir/a\n", (await _daemon.ScriptAsync("id=$(docker create out/replaced:1); docker export $id | tar t | grep -x -e a -e dir/a; docker rm $id >/dev/null")).Ok().Output);
    }

    [Theory]
    [InlineData("--output=type=nosuch", "exporter \"nosuch\" could not be found")]
    [InlineData("--output=type=image,compression=nosuch", "unsupported layer compression type nosuch")]
    [InlineData("--output=type=image,compression=estargz", "compression=estargz is not supported")]
    [InlineData("--output=type=image,nosuch=1", "unknown exporter option \"nosuch\"")]
    [InlineData("--output=type=image,name=a,rewrite-timestamp=true,unpack=true", "exporter option \"rewrite-timestamp\" conflicts with \"unpack\"")]
    [InlineData("--output=type=image,unpack=maybe", "non-bool value specified for unpack: maybe")]
    [InlineData("--cache-to=type=nosuch", "unknown cache exporter: \"nosuch\": use registry, local or inline")]
    [InlineData("--cache-to=type=registry,ref=a,image-manifest=false", "image-manifest=false is not supported")]
    [InlineData("--cache-from=type=registry,ref=a,nosuch=1", "unknown cache-from option \"nosuch\"")]
    [InlineData("--allow=device", "granting entitlement device is not allowed by build daemon configuration")]
    [InlineData("--sbom=generator=NO", "invalid SBOM generator \"NO\"")]
    [InlineData("--attest=type=nosuch", "unknown attestation type \"nosuch\"")]
    public async Task What_is_not_made_is_refused_by_name_before_anything_is_built(string option, string words)
    {
        var outcome = (await _daemon.DockerAsync("buildx", "build", "--progress", "plain", option, Folder("FROM busybox\nRUN echo built\n").Path)).Exits(1);
        Assert.Contains(words, outcome.Errors);
        Assert.DoesNotContain("RUN echo built", outcome.Errors);
    }

    private static List<string> Names(string archive) => [.. Files(archive, withFolders: true).Keys];

    private static Dictionary<string, byte[]> Files(string archive, bool withFolders = false)
    {
        var files = new Dictionary<string, byte[]>();
        using var reader = new TarReader(File.OpenRead(archive));
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.Directory && !withFolders)
            {
                continue;
            }

            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            files[entry.Name] = content.ToArray();
        }

        return files;
    }
}
