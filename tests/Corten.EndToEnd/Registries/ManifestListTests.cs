namespace Corten.EndToEnd.Registries;

/// <summary><c>corten manifest</c> beside the stock client's: the same words, files and bytes.</summary>
public sealed class ManifestListTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    private CortenDaemon Daemon => shared.Daemon;

    [Fact]
    public async Task Both_clients_make_the_same_lists()
    {
        await using var registry = await GatedRegistry.StartAsync(Daemon);
        (await Daemon.ScriptAsync($"for i in a/x:amd a/x:arm b/y:1; do docker tag busybox {registry.Authority}/$i; docker push -q {registry.Authority}/$i; docker rmi {registry.Authority}/$i; done")).Ok();
        var printed = new List<string>();
        foreach (var client in (string[])[Programs.Docker, Programs.Corten])
        {
            // Each goes on with what the other may have left: the lists are files that both read.
            printed.Add((await Daemon.ScriptAsync($$"""
                m() { {{client}} manifest "$@" 2>&1; echo "code $?"; }
                cd "$(mktemp -d -p .)"; export DOCKER_CONFIG=$PWD; R={{registry.Authority}}
                m create $R/a/x:list $R/a/x:amd; m create --insecure $R/a/x:list $R/a/x:amd $R/a/x:arm $R/b/y:1; m create --insecure $R/a/x:list $R/a/x:amd
                find . -type f | sort; cat manifests/*/*
                m annotate $R/a/x:list $R/a/x:arm --arch arm64 --variant v8 --os-features a,b --os-version 1; m annotate $R/a/x:list $R/a/x:arm --arch bogus; m annotate $R/a/x:list $R/a/x:no --arch arm
                m inspect $R/a/x:list; m inspect -v $R/a/x:list; m inspect $R/a/x:list $R/a/x:arm
                m push --insecure -p $R/a/x:list; m push $R/a/x:list
                m inspect --insecure $R/a/x:list; m inspect --insecure -v $R/a/x:list; m inspect --insecure $R/a/x:amd; m inspect --insecure $R/a/x:no
                m create --insecure $R/a/x:two $R/a/x:list; m create --insecure $R/a/x:two $R/a/x:amd; m rm $R/a/x:two $R/a/x:no
                """)).Ok().Output);
        }

        Assert.Equal(printed[0], printed[1]);
        Assert.Contains("arm64", printed[1]);
        (await Daemon.ScriptAsync($"docker pull -q {registry.Authority}/a/x:list && docker rmi {registry.Authority}/a/x:list")).Ok();
    }

    [Fact]
    public async Task A_registry_with_tokens_takes_a_list_from_who_may_push()
    {
        await using var registry = await GatedRegistry.StartAsync(Daemon, withTokens: true);
        var outcome = (await Daemon.ScriptAsync($$"""
            cd "$(mktemp -d -p .)"; mkdir c; export DOCKER_CONFIG=$PWD/c; R={{registry.Authority}}; corten={{Programs.Corten}}
            echo secret | $corten login -u u --password-stdin $R >/dev/null
            for i in own/x:1 own/z:1; do docker tag busybox $R/$i; docker push -q $R/$i >/dev/null; docker rmi $R/$i >/dev/null; done
            $corten manifest create --insecure $R/own/x:list $R/own/x:1 $R/own/z:1; $corten manifest push --insecure -p $R/own/x:list | cut -c 1-7
            $corten logout $R >/dev/null; $corten manifest inspect --insecure $R/own/x:list 2>&1; echo "code $?"
            """)).Ok();
        Assert.StartsWith($"Created manifest list {registry.Authority}/own/x:list\nPushed \nsha256:\n", outcome.Output);
        Assert.EndsWith("code 1\n", outcome.Output);
    }
}
