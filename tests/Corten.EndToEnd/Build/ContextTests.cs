using Corten.EndToEnd.Build;

namespace Corten.EndToEnd;

/// <summary>Contexts are kept between builds; what a client changed since, and nothing else, must be seen, whichever client it is.</summary>
public sealed class ContextTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    [Fact]
    public async Task Every_change_of_a_kept_context_is_seen()
    {
        var outcome = await shared.Daemon.ScriptAsync($$"""
            set -e
            rm -rf kept && mkdir -p kept/a kept/b && cd kept
            printf 'FROM busybox\nCOPY . /c\nRUN cd /c && find . -type f ! -name Dockerfile | sort | while read f; do echo "$f $(cat $f)"; done >/list\n' >Dockerfile
            for i in 1 2 3; do echo a$i >a/$i; echo b$i >b/$i; done
            show() {
              id=$({{Programs.Corten}} build -q .) && [ $id = $({{Programs.Corten}} build -q .) ] && [ $id = $(docker build -q .) ]
              echo $(docker run --rm $id cat /list)
            }
            show
            echo changed >a/2; rm b/3; show
            touch a/*; show
            printf 'a/1\n.dockerignore\n' >.dockerignore; show
            rm .dockerignore; mv b/1 b/4; ln b/4 b/5; mkfifo b/6; show
            sed -i 's,COPY . /c,COPY b /c/,' Dockerfile; show
            echo later >a/3; show
            sed -i 's,COPY b /c/,COPY a /c/,' Dockerfile; show
            """);
        Assert.Equal(
            """
            ./a/1 a1 ./a/2 a2 ./a/3 a3 ./b/1 b1 ./b/2 b2 ./b/3 b3
            ./a/1 a1 ./a/2 changed ./a/3 a3 ./b/1 b1 ./b/2 b2
            ./a/1 a1 ./a/2 changed ./a/3 a3 ./b/1 b1 ./b/2 b2
            ./a/2 changed ./a/3 a3 ./b/1 b1 ./b/2 b2
            ./a/1 a1 ./a/2 changed ./a/3 a3 ./b/2 b2 ./b/4 b1 ./b/5 b1
            ./2 b2 ./4 b1 ./5 b1
            ./2 b2 ./4 b1 ./5 b1
            ./1 a1 ./2 changed ./3 later
            """, outcome.Ok().Text);
    }

    /// <summary>Every client is told which paths the Dockerfile uses, and says nothing of the rest.</summary>
    [Theory]
    [InlineData("docker")]
    [InlineData("corten")]
    public async Task Only_files_that_are_used_are_described(string client)
    {
        var folder = new BuildFolder(
            shared.Daemon, "FROM scratch\nCOPY used /a/\nCOPY größe, od?-* link /b/\n",
            ("used/described-1", "1"), ("used/ignored-1", "1"), ("größe,", "2"), ("odd-described", "3"), ("else/described-by-link", "4"),
            ("else/unused-1", "5"), ("unused-2", "6"), (".dockerignore", "*/ignored*\n# größe\n"));
        File.CreateSymbolicLink(Path.Combine(folder.Path, "link"), "else/described-by-link");
        await using var proxy = new ListeningProxy(Path.Combine(shared.Daemon.Root, $"{client}-proxy"), shared.Daemon.Socket);
        var outcome = await shared.Daemon.ScriptAsync($"""
            export DOCKER_HOST=unix://{Path.Combine(shared.Daemon.Root, $"{client}-proxy")}
            {(client == "docker" ? Programs.Docker : Programs.Corten)} build -q --output {folder.Out} {folder.Path} >/dev/null && cd {folder.Out} && find . -type f | LC_ALL=C sort
            """);
        Assert.Equal("./a/described-1\n./b/größe,\n./b/link\n./b/odd-described", outcome.Ok().Text);
        Assert.Contains("described-1", proxy.Said);
        Assert.Contains("odd-described", proxy.Said);
        Assert.DoesNotContain("unused-", proxy.Said);
        Assert.DoesNotContain("ignored-1", proxy.Said);
    }

    /// <summary>A large file's layer has no archive until somebody asks for it; then it is the one that the image names.</summary>
    [Fact]
    public async Task A_large_layer_can_be_saved_and_pushed_like_any_other()
    {
        var outcome = await shared.Daemon.ScriptAsync("""
            set -e
            rm -rf large && mkdir large && cd large
            head -c 20000000 /dev/urandom >file
            printf 'FROM scratch\nCOPY file /large/file\n' >Dockerfile
            docker build -q -t large . >/dev/null
            docker save large | tar -x -C . --one-top-level=saved
            layer=$(docker image inspect -f '{{index .RootFS.Layers 0}}' large | cut -d: -f2)
            sha256sum saved/blobs/sha256/$layer | grep -c ^$layer
            tar -xOf saved/blobs/sha256/$layer large/file | cmp - file && echo same
            id=$(docker image inspect -f '{{.Id}}' large)
            docker build -q . >again && docker image rm large >/dev/null
            docker build -q -t large . | grep -c $id
            """);
        Assert.Equal("1\nsame\n1", outcome.Ok().Text);
    }
}
