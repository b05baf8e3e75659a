using System.Security.Cryptography;
using System.Text;
using Corten.Oci.Image;

namespace Corten.Build.Solving;

/// <summary>One thing that a step's result depends on: <c>env PATH</c>, <c>file src/main.c</c>, <c>base</c>; kept to explain a miss.</summary>
public sealed record Ingredient(string Name, string Value);

/// <summary>
/// Puts a cache key together. Everything that goes in is named, so that the same list says later what changed. Names and values are
/// hashed with their lengths: no two lists run into each other.
/// </summary>
public sealed class KeyBuilder : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<(Ingredient Ingredient, ContentDigest? Files)> _parts = [];

    /// <summary>Everything that went in, files one by one: put together only when it is asked for, which a hit does not.</summary>
    public IReadOnlyList<Ingredient> Ingredients =>
        [.. _parts.SelectMany(p => p.Files is null ? [p.Ingredient] : p.Files.Files.Select(f => new Ingredient($"file {f.Path}", f.Mark)).Prepend(p.Ingredient))];

    public KeyBuilder Add(string name, string value) => Add(name, value, null);

    /// <summary>Adds a digest of many files, and for explanations the files one by one.</summary>
    public KeyBuilder AddFiles(string name, ContentDigest content) => Add(name, content.Digest.ToString(), content);

    public Digest Finish() => Digest.FromSha256(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();

    private KeyBuilder Add(string name, string value, ContentDigest? files)
    {
        _parts.Add((new Ingredient(name, value), files));
        Hash(name);
        Hash(value);
        return this;
    }

    private void Hash(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _hash.AppendData(BitConverter.GetBytes(bytes.Length));
        _hash.AppendData(bytes);
    }
}

/// <summary>What is in a selection of files: one digest over all, and a mark for each, which is unpacked when it is asked for.</summary>
public sealed class ContentDigest(Digest digest, Func<IReadOnlyList<FileMark>> files)
{
    private readonly Lazy<IReadOnlyList<FileMark>> _files = new(files);

    public ContentDigest(Digest digest, IReadOnlyList<FileMark> files) : this(digest, () => files)
    {
    }

    public Digest Digest => digest;

    public IReadOnlyList<FileMark> Files => _files.Value;
}

/// <summary>A file's name within the selection, and a short text that changes with its content, mode or link target.</summary>
public readonly record struct FileMark(string Path, string Mark);
