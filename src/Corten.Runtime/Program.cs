using Corten.Runtime.Launching;

return args is ["launcher"] ? Launcher.Run() : 1;
