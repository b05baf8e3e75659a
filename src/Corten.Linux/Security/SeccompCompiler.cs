using Corten.Oci.Runtime;

namespace Corten.Linux.Security;

/// <summary>Turns the runtime-spec's policy into a filter.</summary>
public static class SeccompCompiler
{
    public static SeccompFilter Compile(SeccompSpec spec) => throw new NotImplementedException(spec.DefaultAction);
}
