using Corten.Runtime.Cli;
using Corten.Runtime.DockerInit;
using Corten.Runtime.Launching;
using Corten.Runtime.Operations;

if (Path.GetFileName(Environment.GetCommandLineArgs()[0]) == InitProcess.Name) return InitProcess.Run(args);

// What starts processes in containers must not be writable from inside them.
bool starts = args.AsSpan().ContainsAny("create", "run", "exec");
if (starts || args is ["launcher"]) HostBinary.Protect(args, movesSoon: starts);
return args is ["launcher"] ? Launcher.Run() : RuntimeCli.Run(args);
