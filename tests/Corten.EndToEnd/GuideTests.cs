namespace Corten.EndToEnd;

/// <summary>The commands of the user's guide to containers, typed as they stand there.</summary>
public sealed class GuideTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    [Fact]
    public async Task The_section_Containers()
    {
        var made = await shared.Daemon.ScriptAsync("""
            set -e
            docker run --name made busybox sh -c 'echo "my app" >/var/www/index.html'
            docker commit -c 'CMD ["sh", "-c", "echo listening on 3000; exec httpd -f -p 3000 -h /var/www"]' made my-app:latest
            docker rm made
            """);
        made.Ok();
        var typed = await shared.Daemon.ScriptAsync("""
            set -e
            # Run a container from an image
            docker run -d --name my-app -p 3000:3000 my-app:latest >/dev/null
            # List running containers
            docker ps --format '{{.Names}} {{.Ports}}'
            docker ps | grep -c my-app
            # View container logs
            for i in $(seq 50); do docker logs my-app | grep -q listening && break; sleep 0.1; done
            docker logs my-app
            curl -sS --retry 20 --retry-connrefused http://127.0.0.1:3000/
            # Execute a command inside a running container
            echo 'echo inside; exit' | script -qec 'docker exec -it my-app /bin/sh' /dev/null | grep -c '^inside'
            # Stop and remove a container
            docker stop my-app && docker rm my-app
            """);
        Assert.Equal("my-app 0.0.0.0:3000->3000/tcp, [::]:3000->3000/tcp\n1\nlistening on 3000\nmy app\n1\nmy-app\nmy-app\n", typed.Ok().Output);
    }

    [Theory]
    // CMD only: can be fully overridden.
    [InlineData("""CMD ["echo", "app.py"]""", "", "app.py")]
    [InlineData("""CMD ["echo", "app.py"]""", "echo other-command", "other-command")]
    // ENTRYPOINT and CMD: the entrypoint is fixed, CMD provides default arguments.
    [InlineData("""ENTRYPOINT ["echo", "python"]|CMD ["app.py"]""", "", "python app.py")]
    [InlineData("""ENTRYPOINT ["echo", "python"]|CMD ["app.py"]""", "test.py", "python test.py")]
    // The shell form of CMD, and of ENTRYPOINT, which takes no arguments.
    [InlineData("CMD echo $HOME", "", "/root")]
    [InlineData("ENTRYPOINT echo entry", "ignored", "entry")]
    public async Task Cmd_and_entrypoint_combine(string changes, string arguments, string expected)
    {
        var flags = string.Join(' ', changes.Split('|').Select(change => $"-c '{change}'"));
        var outcome = await shared.Daemon.ScriptAsync($"""
            set -e
            id=$(docker create busybox)
            image=$(docker commit {flags} $id)
            docker rm $id >/dev/null
            docker run --rm $image {arguments}
            docker rmi $image >/dev/null
            """);
        Assert.Equal(expected, outcome.Ok().Text);
    }
}
