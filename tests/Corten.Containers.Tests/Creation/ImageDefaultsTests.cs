using Corten.Containers.Creation;
using Corten.EngineApi.Containers;
using Corten.Oci.Image;

namespace Corten.Containers.Tests.Creation;

/// <summary>The rules of CMD and ENTRYPOINT, and what else an image says.</summary>
public class ImageDefaultsTests
{
    [Theory]
    [InlineData(null, null, "python", "app.py", "python app.py")]
    [InlineData(null, "test.py", "python", "app.py", "python test.py")]
    [InlineData("sh", null, "python", "app.py", "sh")]
    [InlineData("sh", "-c", "python", "app.py", "sh -c")]
    [InlineData(null, "bash", null, "python", "bash")]
    [InlineData(null, null, null, "python", "python")]
    [InlineData("", "bash", "python", "app.py", "bash")]
    public void Command_and_entrypoint_combine(string? entrypoint, string? command, string? imageEntrypoint, string? imageCommand, string expected)
    {
        var config = new ContainerConfig { Entrypoint = List(entrypoint), Cmd = List(command) };
        ImageDefaults.Merge(config, new ContainerDefaults { Entrypoint = List(imageEntrypoint), Cmd = List(imageCommand) });
        Assert.Equal(expected, string.Join(' ', (config.Entrypoint ?? []).Concat(config.Cmd ?? [])));
    }

    [Fact]
    public void The_users_variables_and_labels_win()
    {
        var config = new ContainerConfig { Env = ["A=mine"], Labels = new() { ["l"] = "mine" } };
        ImageDefaults.Merge(config, new ContainerDefaults { Env = ["A=theirs", "B=2"], Labels = new() { ["l"] = "theirs", ["m"] = "2" } });
        Assert.Equal(["A=mine", "B=2"], config.Env!);
        Assert.Equal(("mine", "2"), (config.Labels!["l"], config.Labels["m"]));
    }

    private static string[]? List(string? one) => one is null ? null : [one];
}
