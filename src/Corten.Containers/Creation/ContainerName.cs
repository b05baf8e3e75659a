using System.Text.RegularExpressions;
using Corten.Oci.Errors;

namespace Corten.Containers.Creation;

/// <summary>Names of containers, kept without the leading slash that the API shows.</summary>
internal static partial class ContainerName
{
    public static string Parse(string name)
    {
        var bare = name.StartsWith('/') ? name[1..] : name;
        return Allowed().IsMatch(bare)
            ? bare
            : throw CortenException.Invalid($"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]+\z")]
    private static partial Regex Allowed();
}
