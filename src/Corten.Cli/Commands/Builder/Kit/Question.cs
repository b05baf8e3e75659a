using Corten.Build.BuildKit.Protocol.Control;
using Corten.Cli.Output;
using Corten.Cli.Shell;
using Corten.Client.Grpc;
using Corten.Client.Http2;
using Corten.EngineApi.Http2;
using Google.Protobuf;
using Gateway = Corten.Build.BuildKit.Protocol.Gateway;

namespace Corten.Cli.Commands.Builder.Kit;

/// <summary>A question about a Dockerfile that builds nothing (<c>--check</c>, <c>--call=…</c>).</summary>
/// <param name="Kind"><c>lint</c>, <c>outline</c> or <c>targets</c>.</param>
/// <param name="AsJson">Print the front end's document instead of its text.</param>
/// <param name="IgnoreStatus">Findings do not fail the command.</param>
internal sealed record Question(string Kind, bool AsJson, bool IgnoreStatus)
{
    private const string JobHeader = "buildkit-controlapi-buildid";
    private const string Bridge = "/moby.buildkit.v1.frontend.LLBBridge/";

    /// <summary>Null if the build is to be a build.</summary>
    public static Question? Of(Invocation call)
    {
        var text = call.Flag("check") ? "check" : call.Text("call");
        var fields = CsvFields.Parse(text, "call", bareKeys: true);
        var kind = fields.All[0] is { Value.Length: 0 } bare ? bare.Key : fields["name"] ?? "build";
        var asJson = fields["format"] == "json";
        var ignore = fields["ignorestatus"] is "" or "true" or "1";
        return kind switch
        {
            "build" or "" => null,
            "check" or "lint" => new Question("lint", asJson, ignore),
            "outline" or "targets" => new Question(kind, asJson, ignore),
            "subrequests.describe" => new Question(kind, asJson, ignore),
            _ => throw new CommandException($"unknown call \"{kind}\": build, check, outline and targets are possible"),
        };
    }

    public int Ask(Invocation call, EngineConnection engine, Dictionary<string, string> attributes)
    {
        attributes["requestid"] = "frontend." + Kind;
        attributes["corten.practices"] = "1";
        var reference = Guid.NewGuid().ToString("N")[..25];
        // The question belongs to a build that the front end's answer ends.
        var build = new Thread(() => Hold(engine, reference)) { IsBackground = true };
        build.Start();
        try
        {
            var header = new Header(JobHeader, reference);
            var answer = Gateway.SolveResponse.Parser.ParseFrom(GrpcCall.Unary(engine.Control, Bridge + "Solve",
                new Gateway.SolveRequest { Frontend = "dockerfile.v0", FrontendOpt = { attributes }, AllowResultReturn = true, AllowResultArrayRef = true }.ToByteArray(), header)).Result;
            GrpcCall.Unary(engine.Control, Bridge + "Return", new Gateway.ReturnRequest { Result = new Gateway.Result() }.ToByteArray(), header);
            return Print(call, answer);
        }
        catch (GrpcException e)
        {
            throw new CommandException("ERROR: failed to build: failed to solve: " + e.Message);
        }
    }

    private int Print(Invocation call, Gateway.Result answer)
    {
        string Text(string name) => answer.Metadata.TryGetValue(name, out var value) ? value.ToStringUtf8() : "";
        var failed = Text("result.statuscode") is not ("" or "0") && !IgnoreStatus;
        if (AsJson)
        {
            call.Out.Write(Text("result.json") + "\n");
            return failed ? 1 : 0;
        }
        if (Kind == "lint")
        {
            using var findings = System.Text.Json.JsonDocument.Parse(Text("result.json"));
            var count = findings.RootElement.Items("warnings").Count();
            call.Out.Write($"Check complete, {(count == 0 ? "no warnings found." : count == 1 ? "1 warning has been found!" : $"{count} warnings have been found!")}\n");
        }
        call.Out.Write(Text("result.txt"));
        return failed ? 1 : 0;
    }

    private static void Hold(EngineConnection engine, string reference)
    {
        try
        {
            GrpcCall.Unary(engine.Control, "/moby.buildkit.v1.Control/Solve", new SolveRequest { Ref = reference, Session = engine.SessionId, Internal = true }.ToByteArray());
        }
        catch (Exception e) when (e is GrpcException or IOException or OperationCanceledException)
        {
            // The question's own call has failed then, and says why.
        }
    }
}
