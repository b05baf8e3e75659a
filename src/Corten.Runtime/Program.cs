using Corten.Linux.Processes;
using Corten.Runtime.Cli;
using Corten.Runtime.DockerInit;
using Corten.Runtime.Launching;

QuickStart.Keep();
if (InitProcess.IsNamed(System.Text.Encoding.UTF8.GetBytes(Environment.GetCommandLineArgs()[0]))) return InitProcess.Run(args);

return args is ["launcher"] ? Launcher.Run() : RuntimeCli.Run(args);
