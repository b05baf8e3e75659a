using Corten.Runtime.Cli;
using Corten.Runtime.Launching;
using Corten.Runtime.Operations;

// What starts processes in containers must not be writable from inside them.
bool starts = args.AsSpan().ContainsAny("create", "run", "exec");
if (starts || args is ["launcher"]) HostBinary.Protect(args, movesSoon: starts);
return args is ["launcher"] ? Launcher.Run() : RuntimeCli.Run(args);
