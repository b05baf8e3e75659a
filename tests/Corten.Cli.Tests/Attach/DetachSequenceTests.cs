using System.Text;
using Corten.Cli.Attach;
using Corten.Cli.Shell;

namespace Corten.Cli.Tests.Attach;

public sealed class DetachSequenceTests
{
    private static (string Passed, bool Left) Type(string keys, params string[] reads)
    {
        var sequence = DetachSequence.Parse(keys);
        var passed = new StringBuilder();
        var buffer = new byte[1024];
        foreach (var read in reads)
        {
            var left = sequence.Filter(Encoding.Latin1.GetBytes(read), buffer, out var count);
            passed.Append(Encoding.Latin1.GetString(buffer, 0, count));
            if (left)
            {
                return (passed.ToString(), true);
            }
        }
        return (passed.ToString(), false);
    }

    [Fact]
    public void The_default_keys_detach_even_apart() => Assert.Equal(("ab", true), Type("", "ab\u0010", "\u0011"));

    [Fact]
    public void A_first_key_alone_is_passed_on_once_the_next_differs() => Assert.Equal(("\u0010x", false), Type("", "\u0010", "x"));

    [Fact]
    public void A_first_key_may_come_twice() => Assert.Equal(("\u0010", true), Type("", "\u0010\u0010\u0011"));

    [Fact]
    public void Other_keys() => Assert.Equal(("", true), Type("ctrl-a,d", "\u0001d"));

    [Theory]
    [InlineData("ctrl-!")]
    [InlineData("abc")]
    public void Keys_that_are_none(string keys) => Assert.Throws<CommandException>(() => DetachSequence.Parse(keys));
}
