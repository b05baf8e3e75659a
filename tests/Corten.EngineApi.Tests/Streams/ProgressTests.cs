using System.Text;
using Corten.EngineApi.Streams;

namespace Corten.EngineApi.Tests.Streams;

public class ProgressTests
{
    [Theory]
    [InlineData(0, 0, "")]
    [InlineData(1, 0, "      1B")]
    [InlineData(20, 100, "[==========>                                        ]      20B/100B")]
    [InlineData(50, 50, "[==================================================>]      50B/50B")]
    [InlineData(1500, 3_000_000, "[>                                                  ]    1.5kB/3MB")]
    [InlineData(60, 50, "[==================================================>]      60B")]
    public void Bars_are_drawn_as_the_reference_engine_draws_them(long current, long total, string expected) =>
        Assert.Equal(expected, ProgressBar.Render(new ProgressDetail { Current = current, Total = total }));

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(999, "999B")]
    [InlineData(1000, "1kB")]
    [InlineData(1049, "1.049kB")]
    [InlineData(1234567, "1.235MB")]
    public void Sizes_have_four_digits(double bytes, string expected) => Assert.Equal(expected, ProgressBar.Size(bytes));

    [Fact]
    public async Task Lines_end_in_cr_lf_and_have_only_what_is_set()
    {
        using var wire = new MemoryStream();
        using var writer = new ProgressWriter(wire);
        Assert.False(writer.Started);
        await writer.StatusAsync("abc", "Pull complete");
        await writer.StreamAsync("Loaded image: a<b>\n");
        await writer.ErrorAsync("no", 5);
        Assert.True(writer.Started);
        Assert.Equal(
            """{"status":"Pull complete","progressDetail":{},"id":"abc"}""" + "\r\n"
            + """{"stream":"Loaded image: a<b>\n"}""" + "\r\n"
            + """{"errorDetail":{"code":5,"message":"no"},"error":"no"}""" + "\r\n",
            Encoding.UTF8.GetString(wire.ToArray()));
    }
}
