using Corten.Cli.Commands.Containers;
using Corten.Cli.Grammar;

namespace Corten.Cli.Tests.Grammar;

public sealed class OptionParserTests
{
    private static Arguments Parse(params string[] words) => OptionParser.Parse(RunCommand.Define(), words, endAtArgument: true);

    [Fact]
    public void Bundled_letters_and_attached_values()
    {
        var parsed = Parse("-itp8080:80", "-eA=1", "-e", "B", "--name=x", "--rm", "busybox", "ls", "-la", "--rm=false");
        Assert.True(parsed.Flag("interactive"));
        Assert.True(parsed.Flag("tty"));
        Assert.Equal(["8080:80"], parsed.List("publish"));
        Assert.Equal(["A=1", "B"], parsed.List("env"));
        Assert.Equal("x", parsed.Text("name"));
        Assert.True(parsed.Flag("rm"));
        Assert.Equal(["busybox", "ls", "-la", "--rm=false"], parsed.Positional);
    }

    [Theory]
    [InlineData("--rm=false", false)]
    [InlineData("--rm=0", false)]
    [InlineData("--rm=T", true)]
    [InlineData("--rm", true)]
    public void Flags_take_a_value_only_after_an_equals_sign(string word, bool expected)
    {
        Assert.Equal(expected, Parse(word, "image").Flag("rm"));
    }

    [Fact]
    public void The_last_of_a_scalar_wins_and_empty_values_count()
    {
        var parsed = Parse("--name", "a", "--name=b", "--entrypoint", "", "image");
        Assert.Equal("b", parsed.Text("name"));
        Assert.True(parsed.Has("entrypoint"));
        Assert.Equal("", parsed.Text("entrypoint"));
    }

    [Fact]
    public void Two_dashes_end_the_options()
    {
        Assert.Equal(["--rm", "x"], Parse("-i", "--", "--rm", "x").Positional);
    }

    [Fact]
    public void Old_spellings_fill_the_option_that_replaced_them()
    {
        var parsed = Parse("--net", "a", "--network", "b", "image");
        Assert.Equal(["a", "b"], parsed.List("network"));
    }

    [Theory]
    [InlineData("unknown flag: --nope", "--nope")]
    [InlineData("unknown flag: --nope", "--nope=1")]
    [InlineData("unknown shorthand flag: 'X' in -X", "-iX")]
    [InlineData("flag needs an argument: --name", "--name")]
    [InlineData("flag needs an argument: 'p' in -p", "-ip")]
    [InlineData("bad flag syntax: --=x", "--=x")]
    [InlineData("invalid argument \"x\" for \"-d, --detach\" flag: strconv.ParseBool: parsing \"x\": invalid syntax", "--detach=x")]
    [InlineData("invalid argument \"zz\" for \"-m, --memory\" flag: invalid size: 'zz'", "-m", "zz")]
    [InlineData("invalid argument \"x\" for \"--health-interval\" flag: time: invalid duration \"x\"", "--health-interval", "x")]
    [InlineData("invalid argument \"1.5\" for \"--health-interval\" flag: time: missing unit in duration \"1.5\"", "--health-interval", "1.5")]
    [InlineData("invalid argument \"1s2d\" for \"--health-interval\" flag: time: unknown unit \"d\" in duration \"1s2d\"", "--health-interval", "1s2d")]
    [InlineData("invalid argument \"=x\" for \"-e, --env\" flag: invalid environment variable: =x", "-e", "=x")]
    [InlineData("invalid argument \"x\" for \"--blkio-weight\" flag: strconv.ParseUint: parsing \"x\": invalid syntax", "--blkio-weight", "x")]
    [InlineData("invalid argument \"x\" for \"--cpus\" flag: failed to parse x as a rational number", "--cpus=x")]
    [InlineData("invalid argument \"nofile=2:1\" for \"--ulimit\" flag: ulimit soft limit must be less than or equal to hard limit: 2 > 1", "--ulimit", "nofile=2:1")]
    public void Mistakes_are_named_in_the_words_that_users_know(string expected, params string[] words)
    {
        var wrong = Assert.Throws<UsageException>(() => Parse(words));
        Assert.Equal(expected, wrong.Message);
        Assert.Equal(125, wrong.ExitCode);
    }

    [Theory]
    [InlineData(0, 0, 0, null)]
    [InlineData(0, 0, 1, "'c' accepts no arguments")]
    [InlineData(1, 1, 0, "'c' requires 1 argument")]
    [InlineData(2, 2, 1, "'c' requires 2 arguments")]
    [InlineData(1, null, 0, "'c' requires at least 1 argument")]
    [InlineData(0, 1, 2, "'c' requires at most 1 argument")]
    [InlineData(1, 2, 3, "'c' requires at least 1 and at most 2 arguments")]
    public void Argument_counts(int min, int? max, int count, string? expected)
    {
        Assert.Equal(expected, ArgumentCount.Wrong(new Command("", "") { Min = min, Max = max }, "c", count));
    }

    [Theory]
    [InlineData("0x10", 16L)]
    [InlineData("-5", -5L)]
    [InlineData("010", 8L)]
    [InlineData("0b11", 3L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("", null)]
    [InlineData("1x", null)]
    public void Numbers_in_every_notation_of_Go(string text, long? expected) => Assert.Equal(expected, OptionCheck.Number(text));
}
