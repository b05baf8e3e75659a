using Corten.Containers.Views;

namespace Corten.Containers.Tests.Views;

public class StatusTextTests
{
    [Theory]
    [InlineData(0.5, "Less than a second")]
    [InlineData(1, "1 second")]
    [InlineData(59, "59 seconds")]
    [InlineData(60, "About a minute")]
    [InlineData(600, "10 minutes")]
    [InlineData(3600, "About an hour")]
    [InlineData(7200, "2 hours")]
    [InlineData(3 * 86400, "3 days")]
    [InlineData(20 * 86400, "2 weeks")]
    [InlineData(100 * 86400, "3 months")]
    [InlineData(800 * 86400, "2 years")]
    public void Durations_go_in_dockers_steps(double seconds, string words) => Assert.Equal(words, StatusText.Duration(TimeSpan.FromSeconds(seconds)));
}
