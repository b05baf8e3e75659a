using System.Runtime.InteropServices;
using System.Text;

namespace Corten.Linux.Processes;

/// <summary>An argument or environment vector in native memory: null-terminated strings, null at the end.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly byte** _vector;

    public NativeStrings(IReadOnlyList<string> strings)
    {
        int bytes = 0;
        foreach (string text in strings) bytes += Encoding.UTF8.GetByteCount(text) + 1;
        int head = (strings.Count + 1) * sizeof(byte*);
        _vector = (byte**)NativeMemory.Alloc((nuint)(head + bytes));
        byte* at = (byte*)_vector + head;
        byte* end = at + bytes;
        for (int i = 0; i < strings.Count; i++)
        {
            _vector[i] = at;
            at += Encoding.UTF8.GetBytes(strings[i], new Span<byte>(at, (int)(end - at)));
            *at++ = 0;
        }
        _vector[strings.Count] = null;
    }

    public byte** Pointer => _vector;

    public void Dispose() => NativeMemory.Free(_vector);
}
