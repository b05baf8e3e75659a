using Corten.Cli.Output;

namespace Corten.Cli.Tests.Output;

/// <summary>The columns of Go's text/tabwriter with the settings that Docker's lists use.</summary>
public sealed class TabWriterTests
{
    private static string Format(params string[] lines)
    {
        var text = new StringWriter { NewLine = "\n" };
        var table = new TabWriter(text);
        foreach (var line in lines)
        {
            table.WriteLine(line);
        }
        table.Flush();
        return text.ToString();
    }

    [Fact]
    public void A_column_is_as_wide_as_its_widest_cell_and_at_least_ten()
    {
        Assert.Equal("ID        NAME\n1234567890123   x\n".Replace("ID        ", "ID              "), Format("ID\tNAME", "1234567890123\tx"));
        Assert.Equal("ID        NAME\n1         x\n", Format("ID\tNAME", "1\tx"));
    }

    [Fact]
    public void The_last_cell_belongs_to_no_column()
    {
        Assert.Equal("A         B\na         a very long last cell\n", Format("A\tB", "a\ta very long last cell"));
    }

    [Fact]
    public void Columns_end_where_lines_have_no_such_cell()
    {
        Assert.Equal("a         b\nno tab\nlong cell here   c\n", Format("a\tb", "no tab", "long cell here\tc"));
    }

    [Fact]
    public void Width_counts_characters()
    {
        Assert.Equal("ääääääääää   x\nb            y\n", Format("ääääääääää\tx", "b\ty"));
    }
}
