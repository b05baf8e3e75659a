using System.Text.Json;
using Corten.Cli.Output;
using Corten.Cli.Templates;
using CsCheck;

namespace Corten.Cli.Tests.Templates;

/// <summary>Text/template as the real client evaluates it; the expectations were recorded with it.</summary>
public sealed class TemplateTests
{
    private const string Image = """
        {"Id":"sha256:95ac87959ef8","RepoTags":["busybox:latest"],"RepoDigests":[],"Os":"linux","Size":1984387,"Config":{"Cmd":["sh"],"Labels":null},
         "GraphDriver":{"Data":{"UpperDir":"/u","MergedDir":"/m"},"Name":"overlay2"},"RootFS":{"Type":"layers","Layers":["sha256:57"]},"Ratio":1.5,"Ok":true}
        """;

    private static string Evaluate(string template)
    {
        using var json = JsonDocument.Parse(Image);
        return Inspector.Evaluate(Template.Parse(template), json.RootElement, InspectTypes.Image);
    }

    [Theory]
    [InlineData("{{.Os}}", "linux")]
    [InlineData("{{.Size}}", "1984387")]
    [InlineData("{{.Ratio}} {{.Ok}}", "1.5 true")]
    [InlineData("{{.ID}}", "sha256:95ac87959ef8")]
    [InlineData("{{json .Config.Env}}", "[]")]
    [InlineData("{{.Config.Env}} {{.Config.Labels}} {{.Config.Cmd}}", "[] map[] [sh]")]
    [InlineData("{{.Config.Healthcheck}}", "<nil>")]
    [InlineData("{{.Config.ArgsEscaped}} {{.Config.StopSignal}}|{{.Variant}}|{{.VirtualSize}} {{.ContainerConfig}} {{.Manifests}}", "false ||0 <nil> []")]
    [InlineData("{{.Labels}}", null)]
    [InlineData("{{.Config.Domainname}}", null)]
    [InlineData("{{.RootFS.Labels}}", null)]
    [InlineData("{{if .Config.Labels}}y{{else}}n{{end}}", "n")]
    [InlineData("{{if .State}}a{{end}}{{if .Os}}b{{end}}", null)]
    [InlineData("{{range .RepoTags}}[{{.}}]{{end}}", "[busybox:latest]")]
    [InlineData("{{range .RepoDigests}}x{{else}}none{{end}}", "none")]
    [InlineData("{{range $i, $t := .RepoTags}}{{$i}}={{$t}}{{end}}", "0=busybox:latest")]
    [InlineData("{{range $k, $v := .GraphDriver.Data}}{{$k}}={{$v}};{{end}}", "MergedDir=/m;UpperDir=/u;")]
    [InlineData("{{range 3}}{{.}}{{end}}", "012")]
    [InlineData("{{range 5}}{{if eq . 1}}{{continue}}{{end}}{{if eq . 3}}{{break}}{{end}}{{.}}{{end}}", "02")]
    [InlineData("{{with .Os}}{{.}}{{end}}{{with .RepoDigests}}x{{else}}y{{end}}", "linuxy")]
    [InlineData("{{$x := .Os}}{{$x}}{{$x = \"z\"}}{{$x}}", "linuxz")]
    [InlineData("{{index .RepoTags 0}} {{index .GraphDriver.Data \"UpperDir\"}}", "busybox:latest /u")]
    [InlineData("{{(index .RepoTags 0) | json}}", "\"busybox:latest\"")]
    [InlineData("{{len .RepoTags}} {{len .Os}} {{len .GraphDriver.Data}}", "1 5 2")]
    [InlineData("{{printf \"%s|%5d|%-5d|%05d|%q|%v\" .Os 42 42 42 .Os .RepoTags}}", "linux|   42|42   |00042|\"linux\"|[busybox:latest]")]
    [InlineData("{{printf \"%x %X %o %b %c %t %.2f %6.1f|%g %%\" 255 255 8 5 65 true 1.5 2.25 1.5}}", "ff FF 10 101 A true 1.50    2.2|1.5 %")]
    [InlineData("{{printf \"%d\" \"x\"}} {{printf \"%s %s\" \"a\"}} {{printf \"a\" 1}}", "%!d(string=x) a %!s(MISSING) a%!(EXTRA int=1)")]
    [InlineData("{{printf \"%x\" \"hi\"}} {{printf \"%.3s\" .Os}} {{printf \"%T\" .Os}}", "6869 lin string")]
    [InlineData("{{.Os | upper | printf \"%s!\"}}", "LINUX!")]
    [InlineData("{{title .Os}} {{lower \"ABC\"}} {{pad .Os 2 3}}|{{truncate .Os 3}}", "Linux abc   linux   |lin")]
    [InlineData("{{join .RepoTags \",\"}} {{split .Os \"n\"}}", "busybox:latest [li ux]")]
    [InlineData("{{eq .Os \"linux\"}} {{eq .Size 1 1984387}} {{ne 1 2}} {{lt 1 2}} {{ge \"b\" \"a\"}} {{gt 1.5 1.2}}", "true true true true true true")]
    [InlineData("{{and 1 0}} {{and 1 2}} {{or 0 \"\" 3}} {{not true}}", "0 2 3 false")]
    [InlineData("{{and .RepoDigests (index .RepoDigests 3)}}", "[]")]
    [InlineData("{{print 1 2 \"a\" \"b\" 3}}|{{println .Os}}", "1 2ab3|linux\n")]
    [InlineData("{{slice .Os 1 3}} {{html \"<\"}} {{urlquery \"a b\"}}", "in &lt; a+b")]
    [InlineData("a  {{- .Os -}}  b", "alinuxb")]
    [InlineData("{{/* c */}}a{{- /* c */ -}}  b", "ab")]
    [InlineData("{{`raw\\n`}} {{\"esc\\t\\u00e9\"}} {{'a'}} {{0x10}} {{1_000}}", "raw\\n esc\té 97 16 1000")]
    [InlineData("{{define \"T\"}}<{{.}}>{{end}}{{template \"T\" .Os}}{{block \"B\" .Size}}={{.}}{{end}}", "<linux>=1984387")]
    [InlineData("{{if eq .Os \"x\"}}1{{else if eq .Os \"linux\"}}2{{else}}3{{end}}", "2")]
    [InlineData("{{.RootFS}} {{.GraphDriver}}", "{layers [sha256:57]} {map[MergedDir:/m UpperDir:/u] overlay2}")]
    public void Evaluates(string template, string? expected)
    {
        if (expected is null)
        {
            Assert.Throws<TemplateException>(() => Evaluate(template));
            return;
        }
        Assert.Equal(expected, Evaluate(template));
    }

    [Theory]
    [InlineData("{{.Foo}}", "template: :1:2: executing \"\" at <.Foo>: map has no entry for key \"Foo\"")]
    [InlineData("{{.Foo.Bar}}", "template: :1:6: executing \"\" at <.Foo.Bar>: map has no entry for key \"Foo\"")]
    [InlineData("{{.Os.Foo}}", "template: :1:5: executing \"\" at <.Os.Foo>: can't evaluate field Foo in type interface {}")]
    [InlineData("{{index .RepoTags 5}}", "template: :1:2: executing \"\" at <index .RepoTags 5>: error calling index: index out of range: 5")]
    [InlineData("{{json}}", "template: :1:2: executing \"\" at <json>: wrong number of args for json: want 1 got 0")]
    [InlineData("{{nil}}", "template: :1:2: executing \"\" at <nil>: nil is not a command")]
    [InlineData("a\nb{{.Foo}}", "template: :2:4: executing \"\" at <.Foo>: map has no entry for key \"Foo\"")]
    [InlineData("{{upper 1}}", "template: :1:8: executing \"\" at <1>: expected string; found 1")]
    [InlineData("{{truncate .Os \"x\"}}", "template: :1:15: executing \"\" at <\"x\">: expected integer; found \"x\"")]
    [InlineData("{{.Size | upper}}", "template: :1:10: executing \"\" at <upper>: wrong type for value; expected string; got int")]
    [InlineData("{{join \"a\" \"b\"}}", "template: :1:7: executing \"\" at <\"a\">: can't handle \"a\" for arg of type []string")]
    [InlineData("{{eq 1 \"a\"}}", "template: :1:2: executing \"\" at <eq 1 \"a\">: error calling eq: incompatible types for comparison: int and string")]
    [InlineData("{{template \"x\"}}", "template: :1:11: executing \"\" at <{{template \"x\"}}>: template \"x\" not defined")]
    [InlineData("{{call .Os}}", "template: :1:2: executing \"\" at <call .Os>: error calling call: non-function .Os of type string")]
    [InlineData("{{$x := $x}}", "template: :1:8: executing \"\" at <$x>: undefined variable: $x")]
    public void Says_where_a_value_does_not_fit(string template, string expected)
    {
        var failure = Assert.Throws<TemplateException>(() => Evaluate(template));
        Assert.Equal(expected, failure.Message);
        Assert.False(failure.Parsing);
    }

    [Theory]
    [InlineData("{{.ID", "template: :1: unclosed action")]
    [InlineData("{{nope}}", "template: :1: function \"nope\" not defined")]
    [InlineData("{{end}}", "template: :1: unexpected {{end}}")]
    [InlineData("{{if .Os}}", "template: :1: unexpected EOF")]
    [InlineData("{{break}}", "template: :1: {{break}} outside {{range}}")]
    [InlineData("{{\"a", "template: :1: unterminated quoted string")]
    [InlineData("{{$x}}", "template: :1: undefined variable \"$x\"")]
    [InlineData("{{}}", "template: :1: missing value for command")]
    [InlineData("{{.", "template: :1: illegal number syntax: \".\"")]
    [InlineData("{{.ID}", "template: :1: bad character U+007D '}'")]
    [InlineData("{{..}}", "template: :1: unexpected <.> in operand")]
    [InlineData("{{'ab'}}", "template: :1: malformed character constant: 'ab'")]
    [InlineData("{{0x}}", "template: :1: illegal number syntax: \"0x\"")]
    [InlineData("{{1e999}}", "template: :1: illegal number syntax: \"1e999\"")]
    [InlineData("{{12ab}}", "template: :1: bad number syntax: \"12a\"")]
    [InlineData("{{\"a\"\"b\"}}", "template: :1: unexpected \"\\\"b\\\"\" in operand")]
    public void Says_what_is_wrong_with_the_text(string template, string expected)
    {
        var failure = Assert.Throws<TemplateException>(() => Template.Parse(template));
        Assert.Equal(expected, failure.Message);
        Assert.True(failure.Parsing);
    }

    [Fact]
    public void Random_text_never_breaks_the_parser()
    {
        string[] pieces = ["{{", "}}", "if ", "end", "range ", ".A", "$x", ":=", "|", "(", ")", "\"", "x", " ", "{{-", "-}}", "/*", "*/", "1", "else", "'", "`", ","];
        Check.Sample(Gen.OneOf(pieces).List[0, 12], parts =>
        {
            try
            {
                Template.Parse(string.Concat(parts)).Evaluate(null);
            }
            catch (TemplateException)
            {
            }
        });
    }

    [Fact]
    public void A_template_that_calls_itself_ends()
    {
        var failure = Assert.Throws<TemplateException>(() => Template.Parse("{{define \"T\"}}{{template \"T\"}}{{end}}{{template \"T\"}}").Evaluate(null));
        Assert.Contains("exceeded maximum template depth", failure.Message);
    }
}
