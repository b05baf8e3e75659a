namespace Corten.EndToEnd;

/// <summary>
/// The guide's sections on volumes and networks, typed as they stand there: <c>postgres:15</c> is Debian's PostgreSQL, <c>my-api</c> is built by Corten's builder on
/// it and asks the database for whatever it answers.
/// </summary>
public sealed class GuideDatabaseTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    private const string MakeImages = """
        set -e
        docker image inspect postgres:15 >/dev/null 2>&1 && exit 0
        docker import -c 'ENTRYPOINT ["docker-entrypoint.sh"]' -c 'EXPOSE 5432' -c 'VOLUME /var/lib/postgresql/data' \
          -c 'ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' "$TAR" postgres:15
        mkdir -p my-api my-app
        cat >my-api/ask <<'END'
        #!/bin/sh
        printf 'Content-Type: text/plain\r\n\r\n'
        exec psql -h db -U postgres -At -c "$(httpd -d "$QUERY_STRING")" 2>&1
        END
        cat >my-api/Dockerfile <<'END'
        FROM postgres:15
        RUN mkdir -p /srv/cgi-bin
        COPY --chmod=755 ask /srv/cgi-bin/ask
        EXPOSE 8000
        ENTRYPOINT []
        CMD ["httpd", "-f", "-p", "8000", "-h", "/srv"]
        END
        docker build -q -t my-api my-api
        printf 'FROM busybox\nCMD ["sh", "-c", "date +%%s%%N >>/app/data/starts; exec sleep 1000"]\n' >my-app/Dockerfile
        docker build -q -t my-app my-app
        """;

    /// <summary>Asks the api until it answers: <c>ask SQL</c>. The database needs a moment for its first start.</summary>
    private const string Ask = """
        ask() {
          for i in $(seq 300); do
            answer=$(docker exec api wget -qO- "http://127.0.0.1:8000/cgi-bin/ask?$(printf %s "$1" | sed 's/ /+/g')" 2>&1) || { sleep 0.1; continue; }
            case $answer in *'could not'*|*'psql: error: connection'*) sleep 0.1 ;; *) echo "$answer"; return ;; esac
          done
          echo "no answer: $answer"
        }
        """;

    [Fact]
    public async Task The_section_Volumes()
    {
        (await MakeAsync()).Ok();
        var typed = await shared.Daemon.ScriptAsync("""
            set -e
            # Create a named volume
            docker volume create my-data
            # Mount a volume to a container
            docker run -d -v my-data:/app/data my-app:latest >first
            # Mount a host directory (bind mount)
            docker run -d -v $(pwd)/data:/app/data my-app:latest >second
            for i in $(seq 100); do [ -s data/starts ] && docker exec $(cat first) test -s /app/data/starts && break; sleep 0.05; done
            wc -l <data/starts
            # "Without volumes, all data inside a container is lost when the container is removed"
            docker rm -f $(cat first second) >/dev/null
            docker run --rm -v my-data:/app/data busybox wc -l /app/data/starts
            docker volume ls --format '{{.Driver}} {{.Name}}' | grep my-data
            docker volume rm my-data
            """);
        Assert.Equal("my-data\n1\n1 /app/data/starts\nlocal my-data\nmy-data\n", typed.Ok().Output);
    }

    [Fact]
    public async Task The_section_Networks()
    {
        (await MakeAsync()).Ok();
        var typed = await shared.Daemon.ScriptAsync("""
            set -e
            # Create a custom network
            docker network create my-network >/dev/null
            # Run containers on the same network
            docker run -d --name api --network my-network my-api:latest >/dev/null
            docker run -d --name db --network my-network postgres:15 >/dev/null
            # Containers can reach each other by name:
            # api can connect to db at hostname "db"

            """ + Ask + """

            ask 'CREATE TABLE notes (text text)'
            ask "INSERT INTO notes VALUES ('kept')"
            ask 'SELECT text FROM notes'
            docker rm -fv api db >/dev/null
            docker network rm my-network
            """);
        Assert.Equal("CREATE TABLE\nINSERT 0 1\nkept\nmy-network\n", typed.Ok().Output);
    }

    [Fact]
    public async Task Data_outlives_the_database_and_the_daemon()
    {
        await using var daemon = await CortenDaemon.StartAsync();
        (await MakeAsync(daemon)).Ok();
        (await daemon.ScriptAsync("""
            set -e
            docker network create my-network; docker volume create my-data
            docker run -d --name api --network my-network my-api:latest
            docker run -d --name db --network my-network -v my-data:/var/lib/postgresql/data postgres:15

            """ + Ask + """

            ask 'CREATE TABLE notes (text text)'
            ask "INSERT INTO notes VALUES ('kept')"
            """)).Ok();
        await daemon.KillAsync();
        await daemon.LaunchAsync();
        var later = await daemon.ScriptAsync("set -e\n" + Ask + """

            # The same connection from api to db, whose daemon is another now.
            ask 'SELECT text FROM notes'
            # The database dies without a goodbye, and another container takes its place and its name.
            docker kill db >/dev/null; docker rm db >/dev/null
            docker run -d --name db --network my-network -v my-data:/var/lib/postgresql/data postgres:15 >/dev/null
            ask 'SELECT text FROM notes'
            docker volume rm my-data 2>&1 | grep -c 'volume is in use'
            """);
        Assert.Equal("kept\nkept\n1\n", later.Ok().Output);
    }

    private Task<Outcome> MakeAsync(CortenDaemon? daemon = null) => (daemon ?? shared.Daemon).ScriptAsync($"TAR={Programs.PostgresImage}\n" + MakeImages);
}
