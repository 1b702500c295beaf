using System.Runtime.InteropServices;
using System.Text;
using IntegrationHub.Hub.Commands;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    // The first asks to finish what is in hand, the second ends the process.
    key.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};
// Service managers and containers stop a process so.
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});
return await CommandLine.RunAsync(args, new CommandHost(Console.Out, Console.Error, TimeProvider.System), stop.Token);
