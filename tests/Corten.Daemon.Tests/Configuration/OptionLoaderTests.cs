using Corten.Daemon.Configuration;
using Corten.Daemon.Diagnostics;
using Corten.Oci.Errors;

namespace Corten.Daemon.Tests.Configuration;

public sealed class OptionLoaderTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Flags_are_read_in_every_form()
    {
        var options = OptionLoader.Load([
            "-H", "unix:///a", "-Hunix:///b", "-H=tcp://127.0.0.1:1", "--host", "fd://", "-D", "--icc=false", "--mtu", "1400",
            "--label", "a=b", "--dns", "1.1.1.1", "--log-opt", "max-size=1m", "--add-runtime", "runc=/usr/bin/runc", "--default-ulimit", "nofile=1:2",
            "--default-address-pool", "base=10.0.0.0/8,size=24", "--default-shm-size", "128m", "--config-file", Write("{}"),
        ]);
        Assert.Equal(["unix:///a", "unix:///b", "tcp://127.0.0.1:1", "fd://"], options.Hosts);
        Assert.True(options.Debug);
        Assert.False(options.InterContainerCommunication);
        Assert.Equal(1400, options.Mtu);
        Assert.Equal("1m", options.LogOptions["max-size"]);
        Assert.Equal("/usr/bin/runc", options.Runtimes["runc"].Path);
        Assert.Equal((1, 2), (options.DefaultUlimits["nofile"].Soft, options.DefaultUlimits["nofile"].Hard));
        Assert.Equal(24, options.DefaultAddressPools[0].Size);
        Assert.Equal(128 << 20, options.DefaultShmSize);
    }

    [Theory]
    [InlineData("unknown flag: --nope", "--nope")]
    [InlineData("invalid argument \"zz\" for \"-D, --debug\" flag: strconv.ParseBool: parsing \"zz\": invalid syntax", "--debug=zz")]
    [InlineData("invalid argument \"x\" for \"--mtu\" flag: strconv.ParseInt: parsing \"x\": invalid syntax", "--mtu=x")]
    [InlineData("flag needs an argument: --data-root", "--data-root")]
    [InlineData("invalid argument \"x\" for \"--label\" flag: bad attribute format: x", "--label=x")]
    [InlineData("invalid argument \"zz\" for \"--default-address-pool\" flag: invalid field 'zz' must be a key=value pair", "--default-address-pool", "zz")]
    [InlineData("--userns-remap is not supported: remapping all containers is not supported; a user namespace of its own is a container's option", "--userns-remap=x")]
    [InlineData("\"cortend\" accepts no arguments.", "foo")]
    public void Mistakes_are_told_in_dockerds_words(string words, params string[] arguments) =>
        Assert.Equal(words, Assert.Throws<CortenException>(() => OptionLoader.Load(arguments)).Message);

    [Fact]
    public void The_file_has_the_same_options_by_its_own_names()
    {
        var options = OptionLoader.Load(["--config-file", Write("""
            {"debug": true, "hosts": ["unix:///a"], "labels": ["a=b"], "registry-mirrors": ["https://m.example"], "log-opts": {"max-file": "3"},
             "runtimes": {"runc": {"path": "/runc", "runtimeArgs": ["--x"]}}, "default-runtime": "runc", "features": {"buildkit": true},
             "default-address-pools": [{"base": "10.0.0.0/8", "size": 20}], "default-ulimits": {"nofile": {"Name": "nofile", "Soft": 5, "Hard": 6}},
             "default-network-opts": {"bridge": {"com.docker.network.driver.mtu": "1400"}}, "mtu": 1300, "log-level": "warn"}
            """)]);
        Assert.True(options.Debug);
        Assert.Equal(["--x"], options.Runtimes["runc"].Arguments);
        Assert.Equal("3", options.LogOptions["max-file"]);
        Assert.True(options.Features["buildkit"]);
        Assert.Equal("1400", options.DefaultNetworkOptions["bridge"]["com.docker.network.driver.mtu"]);
        Assert.Equal(LogLevel.Warn, options.LogLevel);
        Assert.Equal(6, options.DefaultUlimits["nofile"].Hard);
    }

    [Theory]
    [InlineData("""{"nope":1,"foo":2}""", "the following directives don't match any configuration option: foo, nope")]
    [InlineData("""{"debug":1}""", "invalid JSON: json: cannot unmarshal number into Go struct field Config.debug of type bool")]
    [InlineData("""{"labels":["a=b"]}""",
        "the following directives are specified both as a flag and in the configuration file: labels: (from flag: [c=d], from file: [a=b])")]
    [InlineData("""{"mtu":"1"}""", "invalid JSON: json: cannot unmarshal string into Go struct field Config.mtu of type int")]
    [InlineData("""{"storage-driver":"zfs"}""", "storage-driver: invalid value: zfs: must be one of overlay2")]
    public void A_wrong_file_is_refused(string json, string words)
    {
        var path = Write(json);
        var error = Assert.Throws<CortenException>(() => OptionLoader.Load(["--config-file", path, "--label", "c=d"]));
        Assert.Equal($"unable to configure the daemon with file {path}: {words}", error.Message);
    }

    [Fact]
    public void A_file_that_is_asked_for_must_exist() =>
        Assert.Equal("unable to configure the daemon with file /nonexistent: open /nonexistent: no such file or directory",
            Assert.Throws<CortenException>(() => OptionLoader.Load(["--config-file", "/nonexistent"])).Message);

    [Fact]
    public void Help_names_every_option_that_is_accepted()
    {
        var usage = CommandLine.Usage();
        Assert.All(OptionTable.All.Where(o => !o.Refused), o => Assert.Contains("--" + o.Flag, usage, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_marked_as_reloading_is_what_a_reload_changes()
    {
        var reloaded = new DaemonOptions().WithReloaded(OptionLoader.Load([
            "--config-file", Write("{}"), "--debug", "--label", "a=b", "--registry-mirror", "http://m", "--insecure-registry", "r", "--live-restore", "--bip", "10.9.0.1/24"]));
        Assert.True(reloaded.Debug && reloaded.LiveRestore);
        Assert.Equal((1, 1, 1), (reloaded.Labels.Count, reloaded.RegistryMirrors.Count, reloaded.InsecureRegistries.Count));
        Assert.Equal("", reloaded.Bip);
    }

    private string Write(string json)
    {
        File.WriteAllText(_file, json);
        return _file;
    }
}
