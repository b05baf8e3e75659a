namespace Corten.EndToEnd;

/// <summary>A daemon with a way to Debian's mirrors, and the stand-ins of <c>tests/images</c> that it has built from there.</summary>
public sealed class StandIns : IAsyncLifetime
{
    private Uplink? _uplink;

    public CortenDaemon Daemon { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Daemon = await CortenDaemon.StartAsync();
        try
        {
            _uplink = await Uplink.OpenAsync(Daemon);
            foreach (var name in new[] { "debian", "alpine", "golang", "python", "node" })
            {
                (await Daemon.ScriptAsync($"{Programs.RepositoryRoot}/tests/images/build {name}")).Ok();
            }
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Daemon.DisposeAsync();
        if (_uplink is not null)
        {
            await _uplink.DisposeAsync();
        }
    }
}

/// <summary>The guide's examples, built as they stand on stand-ins of their base images, and run.</summary>
public sealed class ExampleTests(StandIns images) : IClassFixture<StandIns>
{
    private const long GuideSizeOfGo = 20_000_000;

    private static readonly string Examples = Path.Combine(Programs.RepositoryRoot, "tests", "examples");

    private CortenDaemon Daemon => images.Daemon;

    [Fact]
    public async Task The_Go_image_is_small_and_runs_as_nobody()
    {
        (await Daemon.ScriptAsync($"docker build -t go-app {Examples}/go")).Ok();
        var size = long.Parse((await Daemon.ScriptAsync("docker image inspect -f '{{.Size}}' go-app")).Ok().Text);
        Assert.True(size < GuideSizeOfGo, $"{size} bytes");
        var run = await Daemon.ScriptAsync("""
            set -e
            docker run -d --name go-app -p 8080:8080 go-app >/dev/null
            curl -sS --retry 20 --retry-connrefused --retry-delay 1 http://127.0.0.1:8080/
            docker exec go-app id -un
            docker exec go-app sh -c 'ps -o user,args | grep "[ ]server"'
            docker exec go-app test -s /etc/ssl/certs/ca-certificates.crt
            docker rm -f go-app >/dev/null
            """);
        Assert.Equal("hello from go\nnobody\nnobody   server", run.Ok().Text);
    }

    [Fact]
    public async Task The_Python_image_is_healthy_under_appuser()
    {
        (await Daemon.ScriptAsync($"docker build -t python-app {Examples}/python")).Ok();
        // The image's own check, asked more often than every 30 seconds.
        var run = await Daemon.ScriptAsync("""
            set -e
            docker run -d --name python-app --health-interval 300ms python-app >/dev/null
            for i in $(seq 300); do state=$(docker inspect -f '{{.State.Health.Status}}' python-app); [ $state = starting ] || break; sleep 0.1; done
            echo $state
            docker inspect -f '{{index .Config.Healthcheck.Test 0}}' python-app
            docker exec python-app id -un
            docker exec python-app sh -c 'ps -o user,args | grep -c "^appuser .*bin[/]gunicorn"'
            docker exec python-app python -c 'import urllib.request; print(urllib.request.urlopen("http://localhost:8000/").read().decode(), end="")'
            docker rm -f python-app >/dev/null
            """);
        Assert.Equal("healthy\nCMD-SHELL\nappuser\n5\nhello from python", run.Ok().Text);
    }

    [Fact]
    public async Task The_Node_image_of_the_Compose_example_answers()
    {
        (await Daemon.ScriptAsync($"docker build -t node-app {Examples}/compose")).Ok();
        var run = await Daemon.ScriptAsync("""
            set -e
            docker run -d --name node-app --health-interval 300ms node-app >/dev/null
            for i in $(seq 300); do state=$(docker inspect -f '{{.State.Health.Status}}' node-app); [ $state = starting ] || break; sleep 0.1; done
            echo $state
            docker exec node-app ls
            docker rm -f node-app >/dev/null
            """);
        Assert.Equal("healthy\ninit.sql\nmigrate.js\nnginx.conf\npackage-lock.json\npackage.json\nserver.js", run.Ok().Text);
    }

    /// <summary>"Order instructions from least to most frequently changing": what the guide calls good keeps the installation cached, what it calls bad does not.</summary>
    [Theory]
    [InlineData("good", "COPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .", true)]
    [InlineData("bad", "COPY . .\nRUN npm ci", false)]
    public async Task The_guides_order_of_layers(string name, string instructions, bool cached)
    {
        var built = await Daemon.ScriptAsync($"""
            set -e
            cp -r {Examples}/compose layers-{name} && cd layers-{name}
            cat >Dockerfile <<'END'
            FROM node:20-alpine
            WORKDIR /app
            {instructions}
            END
            docker build -q . >/dev/null
            touch *
            docker build --progress plain . 2>&1 | grep -c CACHED
            echo '// changed' >>server.js
            docker build --progress plain . 2>&1 | grep -A1 'RUN npm ci' | grep -c CACHED || true
            """);
        var instructionCount = instructions.Split('\n').Length;
        // The base, WORKDIR and what follows.
        Assert.Equal($"{2 + instructionCount}\n{(cached ? 1 : 0)}", built.Ok().Text);
    }
}
