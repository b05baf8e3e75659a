using Corten.Images.Changes;
using Corten.Oci.Errors;
using Corten.Oci.Image;

namespace Corten.Images.Tests;

public sealed class ChangesTests
{
    [Fact]
    public void EveryInstruction()
    {
        var config = ImageChanges.Apply(
            new ContainerDefaults { Env = ["A=old"] },
            ["ENV A=1 B=\"x y\" C=z\\ w", "ENV D e f", "ENV E=$A-${B} F=${X:-def}", "EXPOSE 80 90/udp 100-102", "VOLUME [\"/c\",\"/d e\"]", "VOLUME /a \"/b\"", "STOPSIGNAL SIGUSR1",
             "WORKDIR /x", "WORKDIR y/../z", "ONBUILD RUN echo hi", "USER 1:2", "CMD echo $A", "ENTRYPOINT [\"/bin/sh\",\"-c\"]", "LABEL \"a b\"=c d=e", "HEALTHCHECK --interval=1m30s --retries=3 CMD true"]);

        Assert.Equal(["A=1", "B=x y", "C=z w", "D=e f", "E=1-x y", "F=def"], config.Env);
        Assert.Equal(["80/tcp", "90/udp", "100/tcp", "101/tcp", "102/tcp"], config.ExposedPorts!.Keys);
        Assert.Equal(["/c", "/d e", "/a", "/b"], config.Volumes!.Keys);
        Assert.Equal(("SIGUSR1", "/x/z", "1:2"), (config.StopSignal, config.WorkingDir, config.User));
        Assert.Equal(["/bin/sh", "-c", "echo $A"], config.Cmd);
        Assert.Equal(["/bin/sh", "-c"], config.Entrypoint);
        Assert.Equal(["RUN echo hi"], config.OnBuild);
        Assert.Equal(("c", "e"), (config.Labels!["a b"], config.Labels["d"]));
        Assert.Equal(["CMD-SHELL", "true"], config.Healthcheck!.Test);
        Assert.Equal((90_000_000_000, 3), (config.Healthcheck.Interval, config.Healthcheck.Retries));
    }

    [Theory]
    [InlineData("FROM x", "FROM is not a valid change command")]
    [InlineData("foo x", "FOO is not a valid change command")]
    [InlineData("ENV", "ENV requires at least one argument")]
    [InlineData("ENV a", "ENV must have two arguments")]
    [InlineData("LABEL a", "LABEL must have two arguments")]
    [InlineData("ENV a=b c", "Syntax error - can't find = in \"c\". Must be of the form: name=value")]
    [InlineData("EXPOSE abc", "Invalid containerPort: abc")]
    [InlineData("EXPOSE 70000", "Invalid containerPort: 70000")]
    [InlineData("STOPSIGNAL FOO", "invalid signal: FOO")]
    public void MistakesInDockersWords(string change, string message) =>
        Assert.Equal(message, Assert.Throws<CortenException>(() => ImageChanges.Apply(new ContainerDefaults(), [change])).Message);

    [Theory]
    [InlineData("CMD", null)]
    [InlineData("CMD [\"a\" b]", "/bin/sh|-c|[\"a\" b]")]
    [InlineData("CMD []", "")]
    public void ArraysOrShell(string change, string? words) =>
        Assert.Equal(words, ImageChanges.Apply(new ContainerDefaults(), [change]).Cmd is { } cmd ? string.Join('|', cmd) : null);
}
