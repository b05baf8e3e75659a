using Corten.Build.BuildKit.Protocol.Session;
using Corten.Cli.Commands.Builder.Kit;
using Corten.Cli.Shell;
using Corten.Client.Grpc;
using Google.Protobuf;

namespace Corten.Cli.Commands.Builder.Services;

/// <summary>Hands out secrets (<c>--secret</c>) one by one, as steps need them; nothing else of them leaves this process.</summary>
internal sealed class SecretService
{
    /// <summary>Bytes of one secret, as with Docker.</summary>
    private const int MaxSecret = 500 << 10;

    private readonly Dictionary<string, Func<byte[]>> secrets = [];

    public SecretService(IEnumerable<string> options)
    {
        foreach (var option in options)
        {
            var (id, read) = Parse(option);
            secrets[id] = read;
        }
    }

    public byte[] Get(byte[] request)
    {
        var id = GetSecretRequest.Parser.ParseFrom(request).Id;
        if (!secrets.TryGetValue(id, out var read))
        {
            throw new GrpcException(GrpcStatus.NotFound, $"secret {id}: not found");
        }
        var content = read();
        return content.Length <= MaxSecret ? new GetSecretResponse { Data = ByteString.CopyFrom(content) }.ToByteArray()
            : throw new GrpcException(GrpcStatus.Unknown, $"invalid secret size {content.Length}, it can't be larger than {MaxSecret} bytes");
    }

    /// <summary><c>id=NAME[,src=FILE|,env=VARIABLE][,type=file|env]</c>; an id alone is a variable of that name, or else a file.</summary>
    private static (string Id, Func<byte[]> Read) Parse(string option)
    {
        var fields = CsvFields.Parse(option, "secret");
        var (source, variable, type) = (fields["src"] ?? fields["source"] ?? "", fields["env"] ?? "", fields["type"] ?? "");
        if (type is not ("" or "file" or "env"))
        {
            throw new CommandException($"unsupported secret type \"{type}\"");
        }
        if (fields.All.FirstOrDefault(f => f.Key is not ("id" or "src" or "source" or "env" or "type" or "target")) is { Key: { } unknown })
        {
            throw new CommandException($"unexpected key '{unknown}' in '{option}'");
        }
        var id = fields["id"] is { Length: > 0 } given ? given : Path.GetFileName(source);
        if (id.Length == 0)
        {
            throw new CommandException("secret missing ID");
        }
        if (type == "env" && variable.Length == 0)
        {
            (variable, source) = (source.Length > 0 ? source : id, "");
        }
        if (source.Length == 0 && variable.Length == 0)
        {
            (source, variable) = Environment.GetEnvironmentVariable(id) is null ? (id, "") : ("", id);
        }
        if (variable.Length > 0)
        {
            return (id, () => System.Text.Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable(variable) ?? ""));
        }
        return File.Exists(source) ? (id, () => File.ReadAllBytes(source)) : throw new CommandException($"failed to stat {source}: stat {source}: no such file or directory");
    }
}
