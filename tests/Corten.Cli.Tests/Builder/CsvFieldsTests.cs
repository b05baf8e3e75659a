using Corten.Cli.Commands.Builder.Kit;
using Corten.Cli.Shell;

namespace Corten.Cli.Tests.Builder;

public sealed class CsvFieldsTests
{
    [Fact]
    public void Quotes_hold_commas_and_quotes()
    {
        Assert.Equal(["a", "b,c", "d\"e", ""], CsvFields.Words("a,\"b,c\",\"d\"\"e\","));
        var fields = CsvFields.Parse("type=local,\"dest=a,b\",Key=V=W", "output");
        Assert.Equal(("local", "a,b", "V=W"), (fields["type"], fields["dest"], fields["key"]));
        Assert.Null(fields["none"]);
    }

    [Fact]
    public void A_word_without_a_value_is_named() =>
        Assert.Equal("invalid value bare: expected key=value in --output", Assert.Throws<CommandException>(() => CsvFields.Parse("type=x,bare", "output")).Message);
}
