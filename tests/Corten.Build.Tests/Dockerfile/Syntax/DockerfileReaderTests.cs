using Corten.Build.Dockerfile.Syntax;
using Corten.Oci.Errors;

namespace Corten.Build.Tests.Dockerfile.Syntax;

public class DockerfileReaderTests
{
    [Fact]
    public void Joins_continuations_and_drops_comments_between_them()
    {
        var line = Assert.Single(DockerfileReader.Read("RUN a && \\\n# why\n   b\\\n  c\n").Lines);
        Assert.Equal("RUN a &&    b  c", line.Original);
        Assert.Equal(new SourceRange(1, 4), line.Range);
        Assert.Equal("a &&    b  c", line.Rest);
    }

    [Fact]
    public void A_doubled_escape_does_not_continue() =>
        Assert.Equal(2, DockerfileReader.Read("RUN a \\\\\nRUN b\n").Lines.Count);

    [Fact]
    public void Blanks_after_the_escape_still_continue() =>
        Assert.Single(DockerfileReader.Read("RUN a \\  \t\n b\n").Lines);

    [Fact]
    public void The_escape_directive_changes_the_continuation()
    {
        var text = DockerfileReader.Read("# escape=`\nFROM x\nRUN dir c:\\\nRUN a `\n b\n");
        Assert.Equal('`', text.Escape);
        Assert.Equal(["FROM x", "RUN dir c:\\", "RUN a  b"], text.Lines.Select(l => l.Original));
    }

    [Fact]
    public void Directives_end_at_the_first_other_line()
    {
        var text = DockerfileReader.Read("# comment\n# escape=`\nFROM x\n");
        Assert.Equal('\\', text.Escape);
        Assert.Empty(text.Directives);
    }

    [Fact]
    public void Directives_are_case_insensitive_and_may_be_spaced()
    {
        var text = DockerfileReader.Read("\uFEFF#  SynTax = docker/dockerfile:1  \n#check=skip=all\r\nFROM x");
        Assert.Equal("docker/dockerfile:1", text.Directives["syntax"].Value);
        Assert.Equal("skip=all", text.Directives["check"].Value);
    }

    [Fact]
    public void A_shebang_comes_before_directives() =>
        Assert.Equal('`', DockerfileReader.Read("#!/usr/bin/env builder\n# escape=`\nFROM x\n").Escape);

    [Theory]
    [InlineData("# escape=\\\n# escape=`\nFROM x", "only one escape parser directive can be used")]
    [InlineData("# escape=x\nFROM x", "invalid escape token 'x' does not match ` or \\")]
    [InlineData("", "the Dockerfile cannot be empty")]
    [InlineData("\n", "file with no instructions")]
    [InlineData("# only a comment\n\n", "file with no instructions")]
    [InlineData("FROM x\nRUN <<EOF\nabc\n", "unterminated heredoc")]
    public void Mistakes(string source, string message) =>
        Assert.Equal(message, Assert.ThrowsAny<CortenException>(() => DockerfileReader.Read(source)).Message);

    [Fact]
    public void A_line_may_not_be_longer_than_the_limit()
    {
        DockerfileReader.Read("RUN " + new string('a', DockerfileReader.MaxLineLength - 4));
        var error = Assert.Throws<DockerfileException>(() => DockerfileReader.Read("FROM x\nRUN " + new string('a', DockerfileReader.MaxLineLength)));
        Assert.Equal("dockerfile line greater than max allowed size of 65535", error.Message);
        Assert.Equal(SourceRange.Line(2), error.Range);
    }

    [Fact]
    public void Takes_flags_up_to_two_dashes()
    {
        var line = Assert.Single(DockerfileReader.Read("COPY --from=a --chmod=\"7 55\" -- --b /c").Lines);
        Assert.Equal(["--from=a", "--chmod=7 55"], line.Flags);
        Assert.Equal("--b /c", line.Rest);
    }

    [Fact]
    public void Notes_blank_lines_within_continuations() =>
        Assert.Equal([3], DockerfileReader.Read("RUN a \\\n\n b\nRUN c\n").EmptyContinuations);

    [Fact]
    public void Heredocs_in_order_with_their_forms()
    {
        var line = Assert.Single(DockerfileReader.Read("COPY <<A <<-\"B\" 3<<C /d/\na $x\nA\n\tb\n\tB\nc\nC\n").Lines);
        Assert.Equal(new Heredoc("A", true, false, "a $x\n"), line.Heredocs[0]);
        Assert.Equal(new Heredoc("B", false, true, "\tb\n"), line.Heredocs[1]);
        Assert.Equal("b\n", line.Heredocs[1].Body);
        Assert.Equal("C", line.Heredocs[2].Name);
        Assert.Equal(new SourceRange(1, 7), line.Range);
    }

    [Theory]
    [InlineData("RUN [\"a\", \"<<EOF\"]")]
    [InlineData("CMD <<EOF")]
    [InlineData("RUN echo '<<EOF'")]
    [InlineData("RUN echo \\<<EOF")]
    [InlineData("RUN cat <<<EOF")]
    public void Not_heredocs(string line) => Assert.Empty(Assert.Single(DockerfileReader.Read(line)!.Lines).Heredocs);

    [Fact]
    public void A_heredoc_under_onbuild() =>
        Assert.Equal("x\n", Assert.Single(DockerfileReader.Read("ONBUILD RUN <<E\nx\nE\n").Lines).Heredocs[0].Content);

    [Fact]
    public void A_hundred_thousand_lines_are_read() =>
        Assert.Equal(100_000, DockerfileReader.Read(string.Concat(Enumerable.Repeat("RUN true\n", 100_000))).Lines.Count);

    [Fact]
    public void Crlf_line_ends_do_not_reach_arguments() =>
        Assert.Equal(["FROM x", "RUN a b"], DockerfileReader.Read("FROM x\r\nRUN a \\\r\nb\r\n").Lines.Select(l => l.Original));

    [Fact]
    public void The_excerpt_marks_the_lines() => Assert.Equal(
        "Dockerfile:3\n--------------------\n   1 |     FROM a\n   2 |     \n   3 | >>> RUN b\n   4 |     \n--------------------\n",
        DockerfileException.Excerpt("Dockerfile", "FROM a\n\nRUN b\n", SourceRange.Line(3)));
}
