using Corten.Build.BuildKit;
using Corten.Build.BuildKit.Protocol;
using Corten.Oci.Errors;
using Google.Protobuf;

namespace Corten.Build.Tests.BuildKit;

public sealed class ClientGraphTests
{
    private static Definition Graph(string identifier, params (string Name, string Value)[] attributes)
    {
        var source = new SourceOp { Identifier = identifier };
        Array.ForEach(attributes, a => source.Attrs.Add(a.Name, a.Value));
        var end = new Op { Inputs = { new Input { Digest = "sha256:a" } } };
        var said = new OpMetadata { Description = { { "llb.customname", "[internal] load it" } } };
        return new Definition { Def = { new Op { Source = source }.ToByteString(), end.ToByteString() }, Metadata = { { "sha256:a", said } } };
    }

    [Fact]
    public void A_file_from_a_url()
    {
        var step = ClientGraph.Parse(Graph("https://example.org/x", ("http.filename", "Dockerfile")));
        Assert.Equal(("https://example.org/x", "Dockerfile", "[internal] load it"), (step.Url, step.FileName, step.Name));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public void A_name_with_folders_is_refused(string name) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<CortenException>(() => ClientGraph.Parse(Graph("http://h/x", ("http.filename", name)))).Kind);

    [Theory]
    [InlineData("docker-image://docker.io/library/busybox", "http.filename")]
    [InlineData("http://h/x", "http.uid")]
    public void Anything_else_is_refused_by_name(string identifier, string attribute) =>
        Assert.Equal(ErrorKind.NotImplemented, Assert.Throws<CortenException>(() => ClientGraph.Parse(Graph(identifier, (attribute, "x")))).Kind);

    [Fact]
    public void What_is_no_graph_is_refused() =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<CortenException>(() => ClientGraph.Parse(new Definition { Def = { ByteString.CopyFrom(0xFF, 0xFF) } })).Kind);
}
