using System.Security.Cryptography;
using System.Text;
using Corten.Cli.Commands.Builder.Services;
using Corten.Cli.Config;
using Corten.Cli.Shell;
using Corten.Client;
using Corten.Client.Grpc;
using Corten.Client.Http2;

namespace Corten.Cli.Commands.Builder.Kit;

/// <summary>
/// The two connections of a build: one over which we call the engine's build service, one over which it calls us for files, secrets and agents, and hands
/// results back.
/// </summary>
internal sealed class EngineConnection : IDisposable
{
    private readonly Http2Connection session;

    private EngineConnection(Http2Connection control, Http2Connection session, string id) => (Control, this.session, SessionId) = (control, session, id);

    public Http2Connection Control { get; }

    public string SessionId { get; }

    public static EngineConnection Open(Invocation call, BuildInputs inputs, BuildCaches caches, IReadOnlyList<BuildOutput> outputs)
    {
        var server = new GrpcServer();
        server.AddUnary("/grpc.health.v1.Health/Check", static _ => [0x08, 0x01]); // status: SERVING
        server.Add("/moby.filesync.v1.FileSync/DiffCopy", new FolderService(inputs.Folders).Serve);
        server.AddUnary("/moby.filesync.v1.Auth/Credentials", new CredentialService(new CredentialStore(call.Config)).Get);
        server.AddUnary("/moby.buildkit.secrets.v1.Secrets/GetSecret", new SecretService(call.List("secret")).Get);
        if (outputs.Any(o => o.File is not null || o.Folder is not null))
        {
            server.Add("/moby.filesync.v1.FileSend/DiffCopy", new TargetService(outputs, call.Session.OutBytes).Serve);
        }
        var agents = new AgentService(call.List("ssh"));
        if (agents.Any)
        {
            server.AddUnary("/moby.sshforward.v1.SSH/CheckAgent", agents.Check);
            server.Add("/moby.sshforward.v1.SSH/ForwardAgent", agents.Forward);
        }
        if (inputs.Uploads.Any)
        {
            server.Add("/moby.upload.v1.Upload/Pull", inputs.Uploads.Serve);
        }
        var stores = new StoreService(StoresOf(inputs, caches, outputs));
        if (stores.Any)
        {
            stores.Add(server);
        }
        return Open(call, server, inputs.Place);
    }

    public void Dispose()
    {
        Control.Dispose();
        session.Dispose();
    }

    private static EngineConnection Open(Invocation call, GrpcServer server, string place)
    {
        const string Expose = "X-Docker-Expose-Session-";
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(13));
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"corten\0{Environment.MachineName}\0{Environment.UserName}\0{place}")));
        var theirs = call.Engine.Hijack(new EngineRequest("POST", "/session")
        {
            Upgrade = "h2c",
            Headers =
            [
                new(Expose + "Uuid", id), new(Expose + "Name", "corten"), new(Expose + "Sharedkey", place.Length > 0 ? key : ""),
                .. server.Methods.Select(m => new KeyValuePair<string, string>(Expose + "Grpc-Method", m)),
            ],
        });
        var session = new Http2Connection(theirs, theirs.Abort, server.Serve);
        try
        {
            var ours = call.Engine.Hijack(new EngineRequest("POST", "/grpc") { Upgrade = "h2c" });
            return new EngineConnection(new Http2Connection(ours, ours.Abort), session, id);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static Dictionary<string, string> StoresOf(BuildInputs inputs, BuildCaches caches, IReadOnlyList<BuildOutput> outputs)
    {
        var stores = new Dictionary<string, string>(inputs.Stores);
        foreach (var (id, folder) in caches.Stores)
        {
            stores[id] = folder;
        }
        if (outputs.FirstOrDefault(o => o.IsLayout) is { Folder: { } target })
        {
            Directory.CreateDirectory(target);
            stores["export"] = target;
        }
        return stores;
    }
}
