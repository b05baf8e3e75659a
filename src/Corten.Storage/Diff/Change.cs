namespace Corten.Storage.Diff;

/// <summary>The numbers of the Engine API's <c>/containers/ID/changes</c>.</summary>
public enum ChangeKind
{
    Modified = 0,
    Added = 1,
    Deleted = 2,
}

/// <summary>A path that differs.</summary>
/// <param name="Path">Absolute in the container. A name that is not UTF-8 has replacement characters.</param>
public sealed record Change(string Path, ChangeKind Kind);
