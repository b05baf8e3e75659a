using System.Text;
using Corten.Containers.Devices;
using Corten.Oci.Errors;
using YamlDotNet.Core;

namespace Corten.Containers.Tests.Devices;

public sealed class CdiYamlTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("corten-cdi-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_specification_in_YAML_is_read_as_one_in_JSON()
    {
        File.WriteAllText(Path.Combine(_folder, "a.yaml"), """
            ---
            # What nvidia-ctk writes looks like this.
            cdiVersion: 0.5.0
            kind: vendor.com/gpu
            devices:
            - name: "0"
              containerEdits:
                deviceNodes:
                - path: /dev/null
                  fileMode: 0660
                  permissions: rw
            - name: all
              containerEdits: {env: [A=1, 'B=2']}
            containerEdits:
              mounts:
                - hostPath: /a
                  containerPath: /b
                  options: [ro, nosuid]
            """);
        File.WriteAllText(Path.Combine(_folder, "b.yml"), "not: read");
        Assert.Equal(["vendor.com/gpu=0", "vendor.com/gpu=all"], CdiSpecifications.DeviceNames([_folder]));
        var specification = Assert.Single(CdiSpecifications.Read([_folder]));
        Assert.Equal("0.5.0", specification.CdiVersion);
        var node = Assert.Single(specification.Devices![0].ContainerEdits!.DeviceNodes!);
        Assert.Equal(("/dev/null", 432u, "rw"), (node.Path, node.FileMode!.Value, node.Permissions));
        Assert.Equal(["A=1", "B=2"], specification.Devices[1].ContainerEdits!.Env!);
        Assert.Equal(["ro", "nosuid"], Assert.Single(specification.ContainerEdits!.Mounts!).Options!);
    }

    [Theory]
    [InlineData("a: &x [1]\nb: *x")]
    [InlineData("a: [1")]
    [InlineData("\t")]
    [InlineData("? [a]\n: b")]
    public void What_JSON_can_not_say_is_refused(string yaml)
    {
        Assert.ThrowsAny<YamlException>(() => YamlAsJson.Convert(new StringReader(yaml)));
        File.WriteAllText(Path.Combine(_folder, "a.yaml"), yaml);
        Assert.Empty(CdiSpecifications.DeviceNames([_folder]));
        Assert.Equal(ErrorKind.Internal, Assert.ThrowsAny<CortenException>(() => CdiSpecifications.Read([_folder])).Kind);
    }

    [Fact]
    public void Nesting_is_bounded() => Assert.ThrowsAny<YamlException>(() => YamlAsJson.Convert(new StringReader(new string('[', 10_000))));

    [Theory]
    [InlineData("[~, true, 1, -2, 0x10, 0o17, 017, 1.5, '1', \"x\\ty\", plain text, 2026-01-02]", "[null,true,1,-2,16,15,15,\"1.5\",\"1\",\"x\\ty\",\"plain text\",\"2026-01-02\"]")]
    [InlineData("a: |\n  b\n  c\n", "{\"a\":\"b\\nc\\n\"}")]
    public void Scalars_are_what_they_look_like(string yaml, string json) => Assert.Equal(json, Encoding.UTF8.GetString(YamlAsJson.Convert(new StringReader(yaml)).Span));
}
