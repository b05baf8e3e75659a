using System.Security.Cryptography;
using System.Text;
using Corten.Build.Execution;
using Corten.Build.Exporting;
using Corten.Build.Solving;
using Corten.Linux.Files;
using Corten.Oci.Image;

namespace Corten.Build.Attestations;

/// <summary>
/// Attestations of results that are files and no image: they lie beside the files, as <c>provenance.json</c>, or what was asked for, and <c>sbom.spdx.json</c>, and name every one of them with
/// its digest.
/// </summary>
public sealed class AttestedTrees(TreeViews views, BuildRoot root) : IDisposable
{
    private readonly List<string> _folders = [];

    /// <summary>The tree with the files in it that were asked for.</summary>
    /// <param name="nameOf">The name of an attestation, of its stem and ending.</param>
    /// <param name="scans">What the request's generator says of a tree.</param>
    /// <param name="warn">Told of what is left out.</param>
    public BuiltTree Add(BuiltTree built, AttestationRequest request, Provenance? provenance, Func<string, string, string> nameOf,
        Func<Tree, IReadOnlyList<Scanned>> scans, Action<string> warn)
    {
        if (request.IsEmpty)
        {
            return built;
        }

        var subjects = SubjectsOf(built.Tree);
        var folder = root.NewTemporary();
        File.SetUnixFileMode(folder, (UnixFileMode)0x1ED);
        _folders.Add(folder);
        foreach (var scanned in request.Generator is null ? [] : scans(built.Tree))
        {
            Write(folder, nameOf(scanned.Stem, ".json"), Statement.Of(subjects, scanned.PredicateType, json => json.WriteRawValue(scanned.Predicate)));
        }

        if (request.Sbom && request.Generator is null)
        {
            var together = Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n', subjects.Select(s => $"{s.Digest} {s.Name}"))));
            Write(folder, nameOf("sbom.spdx", ".json"), Statement.Of(subjects, SpdxDocument.PredicateType, json => new SpdxDocument(views, warn).Write(json, built, "files", together)));
            foreach (var scan in built.Scans)
            {
                Write(folder, nameOf($"{SpdxDocument.StemOf(scan.Name)}.spdx", ".json"),
                    Statement.Of(subjects, SpdxDocument.PredicateType, json => new SpdxDocument(views, warn).WriteScan(json, built, scan, together)));
            }
        }

        if (provenance is not null)
        {
            var file = request.Provenance?.FileName ?? "provenance.json";
            Write(folder, nameOf(Path.GetFileNameWithoutExtension(file), Path.GetExtension(file)), Statement.Of(subjects, Provenance.PredicateType, json => provenance.Write(json, built)));
        }

        return built with { Tree = built.Tree with { Layers = [.. built.Tree.Layers, new TreeLayer(folder, default, 0, null)] } };
    }

    public void Dispose() => _folders.ForEach(root.Discard);

    private List<(string Name, Digest Digest)> SubjectsOf(Tree tree)
    {
        using var view = views.Read(tree);
        var subjects = new List<(string, Digest)>();
        var buffer = new byte[1 << 16];
        foreach (var entry in Selection.Everything(view.Root).Where(e => e.Status.IsRegular))
        {
            using var file = FileAt.OpenInRoot(view.Root, entry.Source, OpenFlags.ReadOnly | OpenFlags.NoFollow);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (int count; (count = OpenFile.Read(file, buffer)) > 0;)
            {
                hash.AppendData(buffer.AsSpan(0, count));
            }

            subjects.Add((Encoding.UTF8.GetString(entry.Relative), Digest.FromSha256(hash.GetHashAndReset())));
        }

        return subjects;
    }

    private static void Write(string folder, string name, Attestation attestation)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, attestation.Statement);
        File.SetUnixFileMode(path, (UnixFileMode)0x180);
    }
}
