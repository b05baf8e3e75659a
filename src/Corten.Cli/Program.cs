using Corten.Cli;
using Corten.Cli.Shell;
using Corten.Linux.Processes;

QuickStart.Keep();
using var session = new Session();
return Dispatcher.Run(session, args);
