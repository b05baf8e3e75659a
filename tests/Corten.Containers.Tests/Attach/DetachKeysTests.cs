using System.Text;
using Corten.Containers.Attach;
using Corten.Oci.Errors;

namespace Corten.Containers.Tests.Attach;

public class DetachKeysTests
{
    [Theory]
    [InlineData("abc\x10\x11", true, "abc")]
    [InlineData("a\x10" + "b", false, "a\x10" + "b")]
    [InlineData("\x10\x10\x11", true, "\x10")]
    [InlineData("\x11\x10", false, "\x11")]
    public void The_sequence_is_found_and_nothing_else_is_lost(string typed, bool detached, string passedOn)
    {
        var passOn = new List<byte>();
        Assert.Equal(detached, DetachKeys.Default.Watch().Feed(Encoding.Latin1.GetBytes(typed), passOn));
        Assert.Equal(passedOn, Encoding.Latin1.GetString([.. passOn]));
    }

    [Fact]
    public void A_sequence_may_come_in_pieces()
    {
        var watcher = DetachKeys.Parse("ctrl-a,d").Watch();
        Assert.False(watcher.Feed([1], []));
        Assert.True(watcher.Feed([(byte)'d'], []));
    }

    [Fact]
    public void Keys_that_are_none_are_refused() => Assert.Throws<CortenException>(() => DetachKeys.Parse("ctrl-%"));
}
