namespace Corten.EndToEnd.Build;

/// <summary>Builds that other tools put together: bake files and Compose.</summary>
public sealed class BakeAndComposeTests(SharedDaemon shared) : IClassFixture<SharedDaemon>
{
    private readonly CortenDaemon _daemon = shared.Daemon;

    [Fact]
    public async Task Targets_of_a_bake_file_build_on_one_another()
    {
        var folder = new BuildFolder(_daemon, "FROM busybox\nARG WORD\nRUN echo $WORD >/word\nENV FROM_FIRST=yes\n");
        folder.Write("docker-bake.hcl", """
            group "default" { targets = ["second", "other"] }
            variable "WORD" { default = "none" }
            target "first" {
              args = { WORD = WORD }
            }
            target "second" {
              dockerfile-inline = "FROM base\nRUN cp /word /copied && test $FROM_FIRST = yes\nCOPY --from=base /word /again\n"
              contexts = { base = "target:first" }
              tags = ["baked-second"]
            }
            target "other" {
              inherits = ["first"]
              args = { WORD = "else" }
              tags = ["baked-other"]
            }
            """);
        var baked = (await _daemon.ScriptAsync($"cd {folder.Path} && WORD=given docker buildx bake")).Ok();
        // The session that targets share is one within a call; buildx tells where that is not served, and goes on.
        Assert.DoesNotContain("Unimplemented", baked.Errors, StringComparison.Ordinal);
        Assert.Equal("given\ngiven\n", (await _daemon.DockerAsync("run", "--rm", "--network", "none", "baked-second", "cat", "/copied", "/again")).Ok().Output);
        Assert.Equal("else\n", (await _daemon.DockerAsync("run", "--rm", "--network", "none", "baked-other", "cat", "/word")).Ok().Output);
        (await _daemon.ScriptAsync($"cd {folder.Path} && {Programs.Corten} buildx bake --print")).Ok();
    }

    [Fact]
    public async Task Compose_builds_with_arguments_secrets_and_further_contexts()
    {
        var folder = new BuildFolder(_daemon, "FROM busybox\nARG WORD\nCOPY --from=more f /f\nRUN --mount=type=secret,id=s echo $WORD $(cat /f) $(wc -c </run/secrets/s) >/all\nCMD [\"cat\", \"/all\"]\n", ("more/f", "file"), ("secret", "12345"));
        folder.Write("compose.yaml", """
            services:
              web:
                build:
                  context: .
                  args: { WORD: hello }
                  additional_contexts: { more: ./more }
                  secrets: [s]
                network_mode: none
            secrets:
              s: { file: ./secret }
            """);
        (await _daemon.ScriptAsync($"cd {folder.Path} && docker compose -p built build")).Ok();
        Assert.Equal("hello file 5\n", (await _daemon.DockerAsync("run", "--rm", "--network", "none", "built-web")).Ok().Output);
    }
}
