using Corten.Build.Dockerfile.Expansion;
using Corten.Oci.Errors;

namespace Corten.Build.Tests.Dockerfile.Expansion;

public class VariableExpanderTests
{
    private static readonly Variables Env = new(["A=alpha", "EMPTY=", "P=a/b/c.tar.gz", "N=aXbXc", "S=one two", "STAR=a*c", "U=\u00e9\u00e8"]);

    [Theory]
    [InlineData("$A", "alpha")]
    [InlineData("${A}x", "alphax")]
    [InlineData("x$A-y", "xalpha-y")]
    [InlineData("$MISSING.", ".")]
    [InlineData("\\$A", "$A")]
    [InlineData("\\${A}", "${A}")]
    [InlineData("'$A'", "$A")]
    [InlineData("\"$A b\"", "alpha b")]
    [InlineData("\"\\$A\"", "$A")]
    [InlineData("\"a\\nb\"", "a\\nb")]
    [InlineData("a\\ b", "a b")]
    [InlineData("$", "$")]
    [InlineData("a$ b", "a$ b")]
    [InlineData("$1abc", "abc")]
    [InlineData("$12abc", "abc")]
    [InlineData("$@x", "x")]
    [InlineData("${A:-b}", "alpha")]
    [InlineData("${EMPTY:-b}", "b")]
    [InlineData("${EMPTY-b}", "")]
    [InlineData("${MISSING-b}", "b")]
    [InlineData("${MISSING:-$A}", "alpha")]
    [InlineData("${MISSING:-${EMPTY:-${A}}}", "alpha")]
    [InlineData("${A:+b}", "b")]
    [InlineData("${EMPTY:+b}", "")]
    [InlineData("${EMPTY+b}", "b")]
    [InlineData("${MISSING+b}", "")]
    [InlineData("${A:?no}", "alpha")]
    [InlineData("${P#*/}", "b/c.tar.gz")]
    [InlineData("${P##*/}", "c.tar.gz")]
    [InlineData("${P%.*}", "a/b/c.tar")]
    [InlineData("${P%%.*}", "a/b/c")]
    [InlineData("${P#z}", "a/b/c.tar.gz")]
    [InlineData("${P%?gz}", "a/b/c.tar")]
    [InlineData("${N/X/-}", "a-bXc")]
    [InlineData("${N//X/-}", "a-b-c")]
    [InlineData("${N/X/}", "abXc")]
    [InlineData("${P//\\//_}", "a_b_c.tar.gz")]
    [InlineData("${STAR/\\*/-}", "a-c")]
    [InlineData("${N//[X]/-}", "aXbXc")]
    [InlineData("$U", "\u00e9\u00e8")]
    [InlineData("a<b", "a<b")]
    public void Expands(string word, string expected) => Assert.Equal(expected, new VariableExpander('\\').Expand(word, Env).Text);

    [Theory]
    [InlineData("${}", "syntax error: bad substitution")]
    [InlineData("${:x}", "syntax error: bad substitution")]
    [InlineData("${{A}}", "syntax error: bad substitution")]
    [InlineData("${A", "syntax error: missing '}'")]
    [InlineData("${A:-x", "syntax error: missing '}'")]
    [InlineData("${", "syntax error: missing '}'")]
    [InlineData("${A:x}", "unsupported modifier (:x) in substitution")]
    [InlineData("${A:#x}", "unsupported modifier (:#) in substitution")]
    [InlineData("${A~x}", "unsupported modifier (~) in substitution")]
    [InlineData("${A/x", "syntax error: missing '/' in ${}")]
    [InlineData("${A#\\x}", "invalid pattern (\\x) in substitution: invalid escape '\\x'")]
    [InlineData("${EMPTY:?}", "EMPTY: is not allowed to be empty")]
    [InlineData("${MISSING?}", "MISSING: is not allowed to be unset")]
    [InlineData("${MISSING:?set it}", "MISSING: set it")]
    [InlineData("'a", "unexpected end of statement while looking for matching single-quote")]
    [InlineData("\"a", "unexpected end of statement while looking for matching double-quote")]
    public void Refuses(string word, string problem)
    {
        var error = Assert.Throws<CortenException>(() => new VariableExpander('\\').Expand(word, Env));
        Assert.Equal($"failed to process {GoText.Quote(word)}: {problem}", error.Message);
    }

    [Fact]
    public void Names_what_was_asked_for()
    {
        var expansion = new VariableExpander('\\').Expand("$A ${B:-x} $C", Env);
        Assert.Equal(["A"], expansion.Matched);
        Assert.Equal(["B", "C"], expansion.Unmatched.Order());
    }

    [Fact]
    public void Words_are_cut_outside_quotes_and_inside_values() =>
        Assert.Equal(["a", "b c", "one", "two", "x y"], new VariableExpander('\\').Words("a 'b c' $S x\\ y", Env));

    [Fact]
    public void A_backtick_may_be_the_escape() => Assert.Equal("$A \\alpha", new VariableExpander('`').Expand("`$A \\$A", Env).Text);

    [Fact]
    public void Unset_variables_can_be_kept() =>
        Assert.Equal("$X ${Y} ${Z:-d} alpha", new VariableExpander('\\') { KeepUnset = true }.Expand("$X ${Y} ${Z:-d} $A", Env).Text);

    [Fact]
    public void Doubling_definitions_are_stopped()
    {
        var env = new Variables(["V0=0123456789"]);
        var error = Assert.Throws<CortenException>(() =>
        {
            for (var i = 0; i < 40; i++)
            {
                env.Set($"V{i + 1}", new VariableExpander('\\').Expand($"\"$V{i}$V{i}\"", env).Text);
            }
        });
        Assert.Contains($"expands to more than {VariableExpander.MaxLength} characters", error.Message);
    }

    [Fact]
    public void Deep_nesting_is_stopped()
    {
        var word = string.Concat(Enumerable.Repeat("${a:-", 10_000)) + new string('}', 10_000);
        Assert.Contains("nested more than", Assert.Throws<CortenException>(() => new VariableExpander('\\').Expand(word, Env)).Message);
    }

    [Fact]
    public void Hostile_patterns_take_bounded_time()
    {
        var env = new Variables(["L=" + new string('a', 20_000)]);
        Assert.Equal(20_000, new VariableExpander('\\').Expand("${L##*a*a*a*a*a*a*a*b}", env).Text.Length);
    }
}
