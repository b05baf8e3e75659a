using Corten.Linux.Security;
using Corten.Oci.Runtime;

namespace Corten.Runtime.Launching;

/// <summary>Compiled filters by their profile: nearly all containers have the same one.</summary>
internal sealed class SeccompCache
{
    public SeccompFilter Compile(SeccompSpec spec) => SeccompCompiler.Compile(spec);
}
