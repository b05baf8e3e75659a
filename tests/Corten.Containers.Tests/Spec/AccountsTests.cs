using Corten.Containers.Spec;
using Corten.Oci.Errors;

namespace Corten.Containers.Tests.Spec;

public class AccountsTests
{
    private static readonly Accounts _accounts = Accounts.Parse(
        "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/:/bin/false\nbroken line\nuser:x:1000:1000::/home/user:/bin/sh\n"u8,
        "root:x:0:\nwheel:x:10:root,user\nusers:x:1000:\n"u8);

    [Theory]
    [InlineData("", 0, 0, "0 10")]
    [InlineData("user", 1000, 1000, "1000 10")]
    [InlineData("1000", 1000, 1000, "1000 10")]
    [InlineData("4242", 4242, 0, "0")]
    [InlineData("user:wheel", 1000, 10, "10")]
    [InlineData("0:77", 0, 77, "77")]
    public void Names_and_numbers_are_found(string text, uint uid, uint gid, string groups)
    {
        var identity = _accounts.Resolve(text, null);
        Assert.Equal((uid, gid, groups), (identity.Uid, identity.Gid, string.Join(' ', identity.Groups)));
    }

    [Theory]
    [InlineData("nope", "unable to find user nope: no matching entries in passwd file")]
    [InlineData("0:nope", "unable to find group nope: no matching entries in group file")]
    public void What_the_image_does_not_know_is_named(string text, string words) =>
        Assert.Equal(words, Assert.Throws<CortenException>(() => _accounts.Resolve(text, null)).Message);
}
