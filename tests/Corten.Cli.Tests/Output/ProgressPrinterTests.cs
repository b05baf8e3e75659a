using System.Text;
using Corten.Cli.Output;
using Corten.Cli.Shell;

namespace Corten.Cli.Tests.Output;

/// <summary>A pull on a terminal and in a pipe; the terminal's bytes were recorded with the real client.</summary>
public sealed class ProgressPrinterTests
{
    private const string Pull = """
        {"status":"Pulling from library/x","id":"latest"}
        {"status":"Pulling fs layer","progressDetail":{},"id":"aaaa"}
        {"status":"Waiting","progressDetail":{},"id":"bbbb"}
        {"status":"Downloading","progressDetail":{"current":21000000,"total":42000000},"id":"aaaa"}
        {"status":"Pull complete","progressDetail":{},"id":"aaaa"}
        {"status":"Digest: sha256:abc"}
        """;

    private static string Print(string stream, bool terminal, int width = 80)
    {
        var text = new StringWriter { NewLine = "\n" };
        new ProgressPrinter(text, terminal, width).Run(new MemoryStream(Encoding.UTF8.GetBytes(stream)));
        return text.ToString();
    }

    [Fact]
    public void In_a_pipe_each_step_is_a_line_and_bars_are_left_out()
    {
        Assert.Equal("latest: Pulling from library/x\naaaa: Pulling fs layer\nbbbb: Waiting\naaaa: Pull complete\nDigest: sha256:abc\n", Print(Pull, terminal: false));
    }

    [Fact]
    public void On_a_terminal_each_layer_has_a_line_of_its_own()
    {
        const string expected = "latest: Pulling from library/x\n"
            + "\n\u001b[1A\u001b[2K\raaaa: Pulling fs layer \r\u001b[1B"
            + "\n\u001b[1A\u001b[2K\rbbbb: Waiting \r\u001b[1B"
            + "\u001b[2A\u001b[2K\raaaa: Downloading     21MB/42MB\r\u001b[2B"
            + "\u001b[2A\u001b[2K\raaaa: Pull complete \r\u001b[2B"
            + "Digest: sha256:abc\n";
        Assert.Equal(expected, Print(Pull, terminal: true));
    }

    [Fact]
    public void A_wide_terminal_has_room_for_the_bar()
    {
        Assert.Contains($"Downloading [{new string('=', 25)}>{new string(' ', 25)}]     21MB/42MB", Print(Pull, terminal: true, width: 130));
    }

    [Fact]
    public void A_failure_in_the_stream_ends_the_command()
    {
        var failure = Assert.Throws<CommandException>(() => Print("{\"errorDetail\":{\"message\":\"words\"},\"error\":\"words\"}", terminal: false));
        Assert.Equal("words", failure.Message);
    }
}
