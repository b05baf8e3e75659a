using Corten.Linux.Namespaces;
using Corten.Oci.Errors;
using Corten.Oci.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Corten.Runtime.Creation;

/// <summary>Which namespaces are made and which are joined (config-linux.md, "Namespaces"). What is in neither is the maker's own.</summary>
internal sealed class NamespacePlan : IDisposable
{
    private readonly List<(NamespaceKind Kind, SafeFileHandle Handle)> _joined = [];

    public NamespaceKind New { get; private set; }

    public IReadOnlyList<(NamespaceKind Kind, SafeFileHandle Handle)> Joined => _joined;

    /// <summary>Has the container one of its own, new or joined?</summary>
    public bool Private(NamespaceKind kind) => New.HasFlag(kind) || _joined.Exists(entry => entry.Kind == kind);

    public bool Joins(NamespaceKind kind) => _joined.Exists(entry => entry.Kind == kind);

    public bool Makes(NamespaceKind kind) => New.HasFlag(kind);

    /// <summary>
    /// A user namespace is to own what is made with it, and to be entered before what is in it. When some are joined beside, that takes a process between:
    /// it joins, and makes init as its sibling.
    /// </summary>
    public bool NeedsIntermediate
        => Joins(NamespaceKind.User) || (Makes(NamespaceKind.User) && _joined.Exists(entry => entry.Kind is not (NamespaceKind.Pid or NamespaceKind.Time)));

    /// <summary>Reads the list and opens the namespaces to join.</summary>
    public static NamespacePlan Build(IReadOnlyList<NamespaceSpec>? namespaces)
    {
        var plan = new NamespacePlan();
        NamespaceKind seen = NamespaceKind.None;
        try
        {
            foreach (NamespaceSpec entry in namespaces ?? [])
            {
                NamespaceKind kind = NamespaceKinds.Parse(entry.Type);
                if (kind == NamespaceKind.None) throw CortenException.Invalid($"namespace {entry.Type} does not exist");
                if (seen.HasFlag(kind)) throw CortenException.Invalid($"malformed spec file: duplicated ns {entry.Type}");
                seen |= kind;
                if (string.IsNullOrEmpty(entry.Path)) plan.New |= kind;
                else plan._joined.Add((kind, Namespace.Open(entry.Path, kind)));
            }
            // The user namespace is joined before those that it owns.
            plan._joined.Sort((a, b) => (b.Kind == NamespaceKind.User).CompareTo(a.Kind == NamespaceKind.User));
            return plan;
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var entry in _joined) entry.Handle.Dispose();
    }
}
