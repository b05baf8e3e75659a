using Corten.Containers.Spec;
using Corten.Oci.Errors;

namespace Corten.Containers.Tests.Spec;

public class CapabilityPlanTests
{
    [Fact]
    public void Fourteen_are_held_by_default() => Assert.Equal(14, CapabilityPlan.Resolve(false, null, null).Count);

    [Fact]
    public void Drop_all_leaves_what_is_added() => Assert.Equal(["CAP_CHOWN"], CapabilityPlan.Resolve(false, ["chown"], ["ALL"]));

    [Fact]
    public void Add_all_leaves_out_what_is_dropped() =>
        Assert.Equal(CapabilityPlan.Everything.Count - 1, CapabilityPlan.Resolve(false, ["all"], ["CAP_NET_RAW"]).Count);

    [Fact]
    public void Privileged_has_everything_whatever_is_dropped() => Assert.Equal(CapabilityPlan.Everything, CapabilityPlan.Resolve(true, null, ["ALL"]));

    [Fact]
    public void An_unknown_one_is_named() => Assert.Equal(
        "invalid CapAdd: unknown capability: \"CAP_BOGUS\"", Assert.Throws<CortenException>(() => CapabilityPlan.Resolve(false, ["BOGUS"], null)).Message);
}
