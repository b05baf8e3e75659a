using Corten.Daemon.Listening;
using Corten.Oci.Errors;

namespace Corten.Daemon.Tests.Configuration;

public class ListenAddressTests
{
    [Theory]
    [InlineData("unix:///run/x.sock", false, "UnixSocket { Path = /run/x.sock }")]
    [InlineData("tcp://", false, "Tcp { EndPoint = 127.0.0.1:2375 }")]
    [InlineData("tcp://", true, "Tcp { EndPoint = 127.0.0.1:2376 }")]
    [InlineData("tcp://:5000", false, "Tcp { EndPoint = 0.0.0.0:5000 }")]
    [InlineData("tcp://localhost:5000/", false, "Tcp { EndPoint = 127.0.0.1:5000 }")]
    [InlineData("tcp://[::1]:5000", false, "Tcp { EndPoint = [::1]:5000 }")]
    [InlineData("tcp://[::1]", false, "Tcp { EndPoint = [::1]:2375 }")]
    [InlineData("127.0.0.1:5000", false, "Tcp { EndPoint = 127.0.0.1:5000 }")]
    [InlineData("fd://", false, "Activated { Name =  }")]
    [InlineData("fd://docker.socket", false, "Activated { Name = docker.socket }")]
    public void Addresses_are_read(string text, bool tls, string expected) => Assert.Equal(expected, ListenAddress.Parse(text, tls).ToString());

    [Theory]
    [InlineData("zzz://x")]
    [InlineData("unix://relative")]
    [InlineData("unix://")]
    [InlineData("tcp://host.example:1")]
    [InlineData("tcp://127.0.0.1:99999")]
    [InlineData("npipe:////./pipe/docker")]
    [InlineData("")]
    public void Others_are_refused(string text) =>
        Assert.StartsWith($"invalid bind address ({text}): ", Assert.Throws<CortenException>(() => ListenAddress.Parse(text, false)).Message, StringComparison.Ordinal);
}
