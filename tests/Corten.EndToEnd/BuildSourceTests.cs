namespace Corten.EndToEnd;

/// <summary>What a build takes from elsewhere: URLs and git repositories on the daemon's loopback, agents and secrets of the client.</summary>
public sealed class BuildSourceTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    /// <summary>A repository, an archive and a file, served over http and git for as long as the script runs.</summary>
    private const string Serve = """
        set -e
        folder=$(mktemp -d -p .) && cd $folder
        mkdir repo http context
        printf 'FROM busybox\nCOPY f /f\nRUN cat /f\n' >repo/Dockerfile && echo hello >repo/f
        (cd repo && git init -q . && git add . && git -c user.email=a@b -c user.name=n commit -qm x && git tag v1 && git clone -q --bare . ../http/repo.git)
        git -C http/repo.git update-server-info
        tar -C repo -czf http/context.tgz Dockerfile f
        echo content >http/file.txt
        ip link set lo up
        python3 -m http.server 8099 --bind 127.0.0.1 -d http >/dev/null 2>&1 & web=$!
        git daemon --listen=127.0.0.1 --base-path=$PWD/http --export-all --reuseaddr >/dev/null 2>&1 & repositories=$!
        trap 'kill $web $repositories' EXIT
        for i in $(seq 100); do wget -qO /dev/null http://127.0.0.1:8099/file.txt && git ls-remote git://127.0.0.1/repo.git >/dev/null 2>&1 && break; sleep 0.05; done

        """;

    [Fact]
    public async Task Add_takes_urls_archives_and_repositories()
    {
        var outcome = await shared.Daemon.ScriptAsync(Serve + """
            cat >context/Dockerfile <<END
            FROM busybox
            ADD http://127.0.0.1:8099/file.txt /url/
            ADD --checksum=sha256:$(sha256sum http/file.txt | cut -d' ' -f1) http://127.0.0.1:8099/file.txt /checked
            ADD git://127.0.0.1/repo.git#v1 /git
            ADD http://127.0.0.1:8099/repo.git /dumb
            ADD --unpack=true http://127.0.0.1:8099/context.tgz /unpacked
            RUN cd / && stat -c '%a %s %n' url/* checked git/* dumb/* unpacked/* >/list
            END
            docker build -q -t sources context >/dev/null
            docker run --rm sources cat /list
            docker build --progress plain context 2>&1 | grep -c CACHED
            sed -i 's/sha256:./sha256:x/; s/sha256:x/sha256:0/; s/sha256:0\(.\)/sha256:f\1/' context/Dockerfile
            docker build --progress plain --no-cache context 2>&1 | grep -c 'digest mismatch' >/dev/null && echo refused
            """);
        Assert.Equal(
            "600 8 url/file.txt\n600 8 checked\n644 34 git/Dockerfile\n644 6 git/f\n644 34 dumb/Dockerfile\n644 6 dumb/f\n644 34 unpacked/Dockerfile\n644 6 unpacked/f\n12\nrefused",
            outcome.Ok().Text);
    }

    [Fact]
    public async Task Contexts_may_be_urls_repositories_and_archives()
    {
        var outcome = await shared.Daemon.ScriptAsync(Serve + """
            for place in git://127.0.0.1/repo.git#v1 http://127.0.0.1:8099/context.tgz; do docker build -q $place; done >ids
            docker build -q - <http/context.tgz >>ids
            for place in git://127.0.0.1/repo.git%23v1 http://127.0.0.1:8099/context.tgz; do
              curl -s --unix-socket ${DOCKER_HOST#unix://} -X POST "http://d/v1.51/build?remote=$place" | grep -o 'sha256:[0-9a-f]*' >>ids
            done
            sort -u ids | wc -l
            wc -l <ids
            for keep in 0 1; do
              printf 'FROM scratch\nCOPY . /\n' | docker buildx build -q --build-arg BUILDKIT_CONTEXT_KEEP_GIT_DIR=$keep -f - -o out$keep git://127.0.0.1/repo.git >/dev/null
              ls -A out$keep | xargs
            done
            """);
        Assert.Equal("1\n5\nDockerfile f\n.git Dockerfile f", outcome.Ok().Text);
    }

    /// <summary>buildx has the engine fetch it, by a graph of its own; it knows only what it may ask for by what the engine says it can.</summary>
    [Fact]
    public async Task The_Dockerfile_may_be_at_a_url_and_one_build_may_have_several_outputs()
    {
        var outcome = await shared.Daemon.ScriptAsync(Serve + """
            echo here >context/f && cp repo/Dockerfile http/Dockerfile
            docker buildx build -q -f http://127.0.0.1:8099/Dockerfile -o type=tar,dest=out.tar -o type=local,dest=out --load -t from-url context | wc -l
            cat out/f && tar -xOf out.tar f && docker run --rm from-url cat /f
            docker buildx build -f http://127.0.0.1:8099/none context 2>&1 | tail -1
            """);
        Assert.Equal("1\nhere\nhere\nhere\nERROR: failed to build: failed to solve: failed to load cache key: invalid response status 404", outcome.Ok().Text);
    }

    [Fact]
    public async Task Host_gateway_is_the_address_that_containers_get_for_it()
    {
        var outcome = await shared.Daemon.ScriptAsync("""
            folder=$(mktemp -d -p .)
            printf 'FROM busybox\nRUN grep outside /etc/hosts | cut -f1 >/address\n' >$folder/Dockerfile
            docker buildx build -q --add-host outside:host-gateway -t gateway $folder >/dev/null
            [ "$(docker run --rm gateway cat /address)" = "$(docker run --rm --add-host outside:host-gateway busybox grep outside /etc/hosts | cut -f1)" ] && echo same
            """);
        Assert.Equal("same", outcome.Ok().Text);
    }

    [Fact]
    public async Task A_classic_build_takes_from_the_images_that_it_is_told_of()
    {
        var outcome = await shared.Daemon.ScriptAsync("""
            set -e
            folder=$(mktemp -d -p .) && cd $folder
            printf 'FROM busybox\nRUN echo made >/made\n' >Dockerfile
            docker buildx build -q --build-arg BUILDKIT_INLINE_CACHE=1 -t with-cache . >/dev/null
            export DOCKER_BUILDKIT=0
            for images in '' '--cache-from nosuch --cache-from busybox' '--cache-from nosuch --cache-from with-cache'; do
              docker builder prune -af >/dev/null
              docker build $images . 2>&1 | grep -c 'Using cache' || true
            done
            """);
        Assert.Equal("0\n0\n1", outcome.Ok().Text);
    }

    [Fact]
    public async Task A_front_end_that_is_named_is_served_by_the_built_in_one_which_says_so_once()
    {
        var outcome = await shared.Daemon.ScriptAsync("""
            printf '# syntax=docker/dockerfile:1.9\nFROM busybox\nRUN true\n' | docker build --progress plain - 2>&1 | grep 'built-in front end' | sort -u
            """);
        Assert.EndsWith("[internal] syntax docker/dockerfile:1.9 is served by the built-in front end", outcome.Ok().Text);
        Assert.Single(outcome.Text.Split('\n'));
    }

    [Fact]
    public async Task A_secret_reaches_the_step_and_nothing_else()
    {
        var outcome = await shared.Daemon.ScriptAsync("""
            set -e
            folder=$(mktemp -d -p .) && cd $folder
            value=5ecret-$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
            printf %s "$value" >value && mkdir context
            cat >context/Dockerfile <<'END'
            FROM busybox
            RUN --mount=type=secret,id=s wc -c </run/secrets/s >/length; ls -A /run/secrets 2>/dev/null | wc -l
            RUN --mount=type=secret,id=s,env=S echo ${#S} >>/length
            RUN --mount=type=secret,id=s,target=/etc/token,mode=0440 test -s /etc/token && false || true
            END
            docker build -q --secret id=s,src=value -t with-secret context >/dev/null
            docker run --rm with-secret cat /length
            docker run --rm with-secret sh -c 'ls /run/secrets /etc/token 2>/dev/null | wc -l'
            docker save with-secret | grep -c "$value" || true
            grep -rl "$value" ../data ../exec ../cortend.log 2>/dev/null | wc -l
            """);
        Assert.Equal("23\n23\n0\n0\n0", outcome.Ok().Text);
    }

    [Fact]
    public async Task An_agent_of_the_client_answers_in_the_step()
    {
        var outcome = await shared.Daemon.ScriptAsync("""
            set -e
            folder=$(mktemp -d -p .) && cd $folder
            # An agent without keys: it answers "request identities" (11) with none (12).
            python3 -c '
            import socket
            s = socket.socket(socket.AF_UNIX); s.bind("agent"); s.listen()
            while True:
                c, _ = s.accept()
                if c.recv(5) == b"\0\0\0\x01\x0b": c.sendall(b"\0\0\0\x05\x0c\0\0\0\0")
                c.close()
            ' & agent=$!
            trap 'kill $agent' EXIT
            for i in $(seq 100); do [ -S agent ] && break; sleep 0.05; done
            mkdir context
            cat >context/Dockerfile <<'END'
            FROM busybox
            RUN --mount=type=ssh,required stat -c '%F %a' $SSH_AUTH_SOCK >/kind
            RUN --mount=type=ssh,id=missing [ ! -e "$SSH_AUTH_SOCK" ] && echo none >>/kind
            END
            docker build -q --ssh default=$PWD/agent -t with-agent context >/dev/null
            docker run --rm with-agent cat /kind
            """);
        Assert.Equal("socket 600\nnone", outcome.Ok().Text);
    }

    [Theory]
    [InlineData("--memory 64m", "RUN x=x; while true; do x=$x$x; done")]
    [InlineData("--memory 64m", "RUN f() { f | f & }; f; sleep 1000")]
    public async Task A_greedy_step_meets_its_limit_and_leaves_no_process(string limits, string instruction)
    {
        var outcome = await shared.Daemon.ScriptAsync($"""
            export DOCKER_BUILDKIT=0
            printf '%s\n' 'FROM busybox' '{instruction}' | timeout 60 docker build {limits} - >out 2>&1
            echo $?
            tail -1 out
            """);
        // Killed: the kernel ends what takes more than its group may have.
        Assert.StartsWith("137\n", outcome.Text);
        Assert.Contains("returned a non-zero code", outcome.Text);
        Assert.Equal("0", (await shared.Daemon.ScriptAsync("ps -e -o args | grep -c '^/bin/sh -c [xf][=(]' || true")).Text);
    }

    /// <summary>The step meets the limit while it starts one process after another, and is over when its first one is.</summary>
    [Theory]
    [InlineData("--pids-limit 20")]
    [InlineData("--ulimit nproc=20:20")]
    public async Task A_step_that_forks_without_end_meets_its_limit_and_leaves_no_process(string limits)
    {
        var outcome = await shared.Daemon.ScriptAsync($"""
            printf '%s\n' 'FROM busybox' 'USER 4217' 'RUN for i in $(seq 1000); do sleep 4217 & done' 'RUN true' | timeout 60 {Programs.Corten} build --no-cache {limits} - >out 2>&1
            case $? in 1 | 2) echo failed ;; esac
            grep -q "can't fork" out && echo met
            docker ps -q | wc -l
            ps -e -o args | grep -c '^sleep 4217' || true
            """);
        Assert.Equal("failed\nmet\n0\n0", outcome.Text);
    }
}

/// <summary>The cache after builds that ended badly.</summary>
public sealed class BuildSurvivalTests
{
    [Fact]
    public async Task A_killed_daemon_leaves_a_cache_that_is_right()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        (await daemon.ScriptAsync("""
            mkdir context && head -c 3000000 /dev/urandom >context/f
            printf 'FROM busybox\nCOPY f /f\nRUN sha256sum /f >/sum\nRUN echo half >/half; sleep 1117\n' >context/Dockerfile
            docker build --progress plain context >out 2>&1 &
            for i in $(seq 600); do grep -q 'RUN echo half' out && ls data/build/records/*/diff/half >/dev/null 2>&1 && exit 0; sleep 0.05; done; exit 1
            """)).Ok();
        await daemon.KillAsync();
        await daemon.LaunchAsync();
        Assert.Equal("0", (await daemon.ScriptAsync("ps -e -o args | grep -c '[s]leep 1117' || true")).Text);
        var again = await daemon.ScriptAsync("""
            sed -i 's/sleep 1117/true/' context/Dockerfile
            docker build --progress plain -t after context 2>&1 | grep -c CACHED
            docker run --rm after sha256sum -c /sum
            docker run --rm after cat /half
            """);
        Assert.Equal("3\n/f: OK\nhalf", again.Ok().Text);
        // Nothing is left that no record names.
        Assert.Equal("0", (await daemon.ScriptAsync("""
            docker builder prune -af >/dev/null
            ls data/build/records | wc -l
            """)).Ok().Text);
    }

    [Fact]
    public async Task A_cancelled_build_leaves_a_cache_that_is_right()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        var outcome = await daemon.ScriptAsync("""
            mkdir context && echo 1 >context/f
            printf 'FROM busybox\nCOPY f /f\nRUN echo half >/half; exec sleep 1234\n' >context/Dockerfile
            docker build --progress plain context >out 2>&1 & build=$!
            for i in $(seq 600); do ls data/build/records/*/diff/half >/dev/null 2>&1 && break; sleep 0.05; done
            kill -INT $build; wait $build; echo $?
            for i in $(seq 200); do pgrep -f '^sleep 1234$' >/dev/null || break; sleep 0.05; done
            pgrep -f '^sleep 1234$' | wc -l
            docker buildx du --verbose | grep -c half
            sed -i 's/exec sleep 1234/true/' context/Dockerfile
            docker build --progress plain context 2>&1 | grep -c CACHED
            """);
        Assert.Equal("130\n0\n0\n2", outcome.Text);
    }
}
