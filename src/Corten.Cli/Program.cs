using Corten.Cli;
using Corten.Cli.Shell;

using var session = new Session();
return Dispatcher.Run(session, args);
