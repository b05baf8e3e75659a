using Corten.Containers.Machine;

namespace Corten.Containers.Tests.Machine;

/// <summary>Which profile a container gets, and that the default one is one. That a kernel keeps it is not seen here: it takes a kernel with AppArmor.</summary>
public sealed class AppArmorTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("corten-apparmor-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(false, "loaded", "mine", false, null)]
    [InlineData(true, "loaded", null, false, "loaded")]
    [InlineData(true, "loaded", null, true, "unconfined")]
    [InlineData(true, "loaded", "mine", true, "unconfined")]
    [InlineData(true, "loaded", "unconfined", false, "unconfined")]
    [InlineData(true, "loaded", "docker-default", false, "loaded")]
    [InlineData(true, null, "docker-default", false, "docker-default")]
    [InlineData(true, null, null, false, null)]
    public void The_profile_is_the_named_one_or_the_default(bool isThere, string? loaded, string? named, bool privileged, string? profile) =>
        Assert.Equal(profile, AppArmor.ProfileOf(named, privileged, isThere, loaded));

    [Theory]
    [InlineData("", false, false, true, "")]
    [InlineData("mine", false, false, true, "mine")]
    [InlineData("", false, true, true, "corten-default")]
    [InlineData("docker-default", false, true, true, "corten-default")]
    [InlineData("mine", false, true, true, "mine")]
    [InlineData("unconfined", false, true, true, "unconfined")]
    [InlineData("", true, true, true, "unconfined")]
    [InlineData("mine", false, true, false, "")]
    [InlineData("mine", false, false, false, "mine")]
    public void Inspect_says_what_was_asked_for_and_then_what_the_program_got(string named, bool privileged, bool started, bool isThere, string shown) =>
        Assert.Equal(shown, AppArmor.Shown(named, privileged, started, isThere, isThere ? AppArmorProfile.Name : null));

    [Fact]
    public void The_daemons_own_profile_may_signal_containers()
    {
        Write("proc/self/attr/current", "/usr/sbin/cortend (enforce)\n");
        Assert.Equal("/usr/sbin/cortend", AppArmor.OwnProfile(_root));
        Assert.Contains("signal (receive) peer=\"/usr/sbin/cortend\",", AppArmorProfile.Text(_root, AppArmor.OwnProfile(_root)));
        Write("proc/self/attr/apparmor/current", "unconfined\n");
        Assert.Equal("unconfined", AppArmor.OwnProfile(_root));
    }

    [Fact]
    public void Abstractions_are_included_where_they_are_installed()
    {
        Assert.DoesNotContain("#include", AppArmorProfile.Text(_root, "unconfined"));
        Write("etc/apparmor.d/tunables/global", "");
        Write("etc/apparmor.d/abstractions/base", "");
        Assert.StartsWith("#include <tunables/global>\nprofile corten-default flags=(attach_disconnected,mediate_deleted) {\n  #include <abstractions/base>\n", AppArmorProfile.Text(_root, "unconfined"));
    }

    /// <summary>Compiled, not loaded: this needs no kernel with AppArmor.</summary>
    [Theory]
    [InlineData("unconfined")]
    [InlineData("/usr/sbin/cortend")]
    public void The_parser_takes_the_profile(string daemon)
    {
        var parser = AppArmor.FindParser("/");
        Assert.NotNull(parser);
        string[] compileOnly = ["--skip-kernel-load", "--skip-cache"];
        Assert.Null(AppArmor.Feed(parser, compileOnly, AppArmorProfile.Text("/", daemon)));
        Assert.Null(AppArmor.Feed(parser, compileOnly, AppArmorProfile.Text(_root, daemon)));
        Assert.Contains("syntax error", AppArmor.Feed(parser, compileOnly, AppArmorProfile.Text("/", daemon) + "}"));
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
