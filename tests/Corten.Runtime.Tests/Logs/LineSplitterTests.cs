using System.Text;
using Corten.Runtime.Logs;
using CsCheck;

namespace Corten.Runtime.Tests.Logs;

public sealed class LineSplitterTests
{
    private static List<string> Split(params string[] pieces)
    {
        List<string> records = [];
        var splitter = new LineSplitter();
        void Add(ReadOnlySpan<byte> line, bool complete) => records.Add(Encoding.ASCII.GetString(line) + (complete ? "$" : "+"));
        foreach (string piece in pieces) splitter.Write(Encoding.ASCII.GetBytes(piece), Add);
        splitter.End(Add);
        return records;
    }

    [Fact]
    public void Lines_are_put_together_from_pieces()
    {
        Assert.Equal(["ab$", "$", "cd$", "e+"], Split("a", "b\n\nc", "d\n", "e"));
        Assert.Empty(Split("", ""));
    }

    [Fact]
    public void A_line_longer_than_a_record_is_cut()
    {
        string longest = new('x', LineSplitter.Longest);
        Assert.Equal([longest + "$"], Split(longest + "\n"));
        Assert.Equal([longest + "+", "y$"], Split(longest + "y\n"));
        Assert.Equal([longest + "+", longest + "+", "yz+"], Split(longest[..100], longest[100..] + longest, "yz"));
    }

    [Fact]
    public void Cutting_loses_and_adds_nothing()
    {
        Check.Sample(Gen.OneOf(Gen.Const((byte)'\n'), Gen.Byte).Array[0, 300].Array[0, 200], pieces =>
        {
            var splitter = new LineSplitter();
            List<byte> together = [];
            void Add(ReadOnlySpan<byte> line, bool complete)
            {
                Assert.True(line.Length <= LineSplitter.Longest);
                together.AddRange(line);
                if (complete) together.Add((byte)'\n');
            }
            foreach (byte[] piece in pieces) splitter.Write(piece, Add);
            splitter.End(Add);
            List<byte> expected = [.. pieces.SelectMany(piece => piece)];
            Assert.Equal(expected, together);
        }, iter: 200);
    }
}
