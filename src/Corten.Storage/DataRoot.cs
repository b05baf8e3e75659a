namespace Corten.Storage;

/// <summary>
/// The folders under the data root (<c>--data-root</c>), in one place:
/// <code>
/// corten.db        what counts: see Metadata/Database
/// content/         compressed blobs as an OCI image layout: oci-layout, index.json, blobs/sha256/HEX; ingest/N while they arrive
/// layers/N/        unpacked layers, N is the row's id; layers/0 is empty and stands under images that have no layer
/// containers/ID/   upper/ and work/ of a container's overlay, beside what its owner keeps there
/// volumes/         belongs to Corten.Volumes
/// tmp/             what is being thrown away or made; emptied at start
/// </code>
/// Each entry of content, layers and containers has a row before it is filled; what has none is swept at start.
/// </summary>
public sealed class DataRoot
{
    public DataRoot(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        // As Docker's: not even the names inside are for others to list, but rootless mounts have to pass through.
        Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        foreach (var folder in (ReadOnlySpan<string>)[Content, Layers, Containers, Temporary])
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    public string Path { get; }

    public string Database => System.IO.Path.Combine(Path, "corten.db");

    public string Content => System.IO.Path.Combine(Path, "content");

    public string Layers => System.IO.Path.Combine(Path, "layers");

    public string Containers => System.IO.Path.Combine(Path, "containers");

    public string Temporary => System.IO.Path.Combine(Path, "tmp");
}
