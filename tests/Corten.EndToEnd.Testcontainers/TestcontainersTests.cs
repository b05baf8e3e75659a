using Corten.EndToEnd;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;

namespace Corten.EndToEnd.Clients;

/// <summary>Testcontainers for .NET. Its resource reaper's image comes from a registry on the internet, so the reaper is off.</summary>
public sealed class TestcontainersTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    [Fact]
    public async Task A_container_with_a_file_a_wait_and_an_exec()
    {
        TestcontainersSettings.ResourceReaperEnabled = false;
        await using var container = new ContainerBuilder("busybox")
            .WithDockerEndpoint("unix://" + shared.Daemon.Socket)
            .WithCleanUp(false)
            .WithResourceMapping("served"u8.ToArray(), "/www/index.html")
            .WithEnvironment("NAME", "value")
            .WithPortBinding(8080, assignRandomHostPort: true)
            .WithCommand("sh", "-c", "echo listening; exec httpd -f -p 8080 -h /www")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("listening").UntilCommandIsCompleted("wget", "-q", "-O", "-", "http://127.0.0.1:8080/"))
            .Build();
        await container.StartAsync();

        var exec = await container.ExecAsync(["sh", "-c", "echo $NAME; cat /www/index.html"]);
        Assert.Equal(0, exec.ExitCode);
        Assert.Equal("value\nserved", exec.Stdout);
        Assert.NotEqual(0, container.GetMappedPublicPort(8080));
        Assert.Contains("listening", (await container.GetLogsAsync()).Stdout);
        Assert.Equal("served", System.Text.Encoding.UTF8.GetString(await container.ReadFileAsync("/www/index.html")));
        await container.StopAsync();
    }
}
