using Corten.Containers.Mounts;
using Corten.Oci.Errors;

namespace Corten.Containers.Tests.Mounts;

public class BindSpecTests
{
    [Theory]
    [InlineData("/tmp:/a", "bind", "/tmp", "/a", true, "rprivate")]
    [InlineData("/tmp:/a:ro", "bind", "/tmp", "/a", false, "rprivate")]
    [InlineData("/tmp/../etc:/a//b/:ro,rslave", "bind", "/etc", "/a/b", false, "rslave")]
    [InlineData("data:/a", "volume", "", "/a", true, "")]
    [InlineData("/a", "volume", "", "/a", true, "")]
    public void Fields_are_told_apart(string text, string type, string source, string destination, bool writable, string propagation)
    {
        var mount = BindSpec.Parse(text, "");
        Assert.Equal((type, source, destination, writable, propagation), (mount.Type, mount.Source, mount.Destination, mount.Writable, mount.Propagation));
    }

    [Theory]
    [InlineData("", "invalid volume specification: ''")]
    [InlineData(":/a", "invalid volume specification: ':/a'")]
    [InlineData("a:/a:ro:x", "invalid volume specification: 'a:/a:ro:x'")]
    [InlineData("/tmp:/a:zz", "invalid mode: zz")]
    [InlineData("/tmp:/a:ro,rw", "invalid mode: ro,rw")]
    [InlineData("/tmp:/", "invalid volume specification: '/tmp:/': invalid mount config for type \"bind\": invalid specification: destination can't be '/'")]
    [InlineData("/tmp:/a:nocopy", "invalid volume specification: '/tmp:/a:nocopy': invalid mount config for type \"bind\": field VolumeOptions must not be specified")]
    [InlineData("./rel:/a", "create ./rel: \"./rel\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path")]
    public void Mistakes_are_told_in_the_reference_engines_words(string text, string words) =>
        Assert.Equal(words, Assert.Throws<CortenException>(() => BindSpec.Parse(text, "")).Message);

    [Fact]
    public void A_later_mount_replaces_one_of_volumes_from_but_not_its_own_kind()
    {
        var theirs = new ContainerMount { Type = "bind", Source = "/theirs", Destination = "/a" };
        var host = new EngineApi.Containers.HostConfig { VolumesFrom = ["other:ro"], Binds = ["/mine:/a"] };
        var resolved = MountList.Resolve(host, ["/a", "/image"], _ => [theirs]);
        Assert.Equal(["/mine", ""], resolved.Select(mount => mount.Source));
        host.Binds = ["/mine:/a", "/again:/a"];
        Assert.Equal("Duplicate mount point: /a", Assert.Throws<CortenException>(() => MountList.Resolve(host, [], _ => [])).Message);
    }
}
