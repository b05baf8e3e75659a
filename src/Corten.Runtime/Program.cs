using Corten.Runtime.Cli;
using Corten.Runtime.Launching;
using Corten.Runtime.Operations;

// What starts processes in containers must not be writable from inside them.
if (args is ["launcher"] || args.AsSpan().ContainsAny("create", "run", "exec")) HostBinary.Protect(args);
return args is ["launcher"] ? Launcher.Run() : RuntimeCli.Run(args);
