using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace IntegrationHub.Hub.Running;

/// <summary>
/// The hub as a Windows service, through the service control functions of advapi32. Written from Microsoft's documentation and not tried on
/// Windows yet.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class WindowsService
{
    public const string Name = "IntegrationHub";

    private const int OwnProcess = 0x10;
    private const int Stopped = 1, StartPending = 2, StopPending = 3, Running = 4;
    private const int AcceptStop = 1, AcceptShutdown = 4;
    private const int ControlStop = 1, ControlInterrogate = 4, ControlShutdown = 5;
    private const int NotImplemented = 120, ServiceSpecificError = 1066;
    private const int StopHintMilliseconds = 30_000;

    private static readonly CancellationTokenSource Stop = new();

    // Held for as long as the process lives: Windows calls them through pointers that the collector cannot see.
    private static readonly ServiceMain MainEntry = Serve;
    private static readonly Handler HandlerEntry = Handle;

    private static Func<CancellationToken, Task>? work;
    private static nint statusHandle;
    private static int state = StartPending;
    private static int exitCode;

    private delegate void ServiceMain(int count, nint arguments);

    private delegate int Handler(int control, int eventType, nint eventData, nint context);

    /// <summary>Hands the process over to the service manager; returns when the service has stopped.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="Win32Exception">The process was not started by the service manager.</exception>
    public static int Run(Func<CancellationToken, Task> service)
    {
        work = service;
        var table = new[] { new TableEntry { Name = Name, Main = Marshal.GetFunctionPointerForDelegate(MainEntry) }, default };
        if (!StartServiceCtrlDispatcher(table))
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        return exitCode;
    }

    private static void Serve(int count, nint arguments)
    {
        statusHandle = RegisterServiceCtrlHandlerEx(Name, HandlerEntry, 0);
        if (statusHandle == 0)
            return;
        Report(Running);
        try
        {
            work!(Stop.Token).GetAwaiter().GetResult();
        }
#pragma warning disable CA1031 // An exception must not cross into native code; the service manager is told that the service failed.
        catch (Exception)
#pragma warning restore CA1031
        {
            exitCode = 3;
        }

        Report(Stopped);
    }

    private static int Handle(int control, int eventType, nint eventData, nint context)
    {
        switch (control)
        {
            case ControlStop or ControlShutdown:
                Report(StopPending);
                Stop.Cancel();
                return 0;
            case ControlInterrogate:
                Report(state);
                return 0;
            default:
                return NotImplemented;
        }
    }

    private static void Report(int newState)
    {
        state = newState;
        var status = new Status
        {
            Type = OwnProcess,
            State = newState,
            Accepted = newState == Running ? AcceptStop | AcceptShutdown : 0,
            ExitCode = exitCode == 0 ? 0 : ServiceSpecificError,
            SpecificExitCode = exitCode,
            WaitHint = newState == StopPending ? StopHintMilliseconds : 0,
        };
        SetServiceStatus(statusHandle, ref status);
    }

    [DllImport("advapi32.dll", EntryPoint = "StartServiceCtrlDispatcherW", CharSet = CharSet.Unicode, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool StartServiceCtrlDispatcher([In] TableEntry[] table);

    [DllImport("advapi32.dll", EntryPoint = "RegisterServiceCtrlHandlerExW", CharSet = CharSet.Unicode, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint RegisterServiceCtrlHandlerEx(string name, Handler handler, nint context);

    [DllImport("advapi32.dll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool SetServiceStatus(nint handle, ref Status status);

    [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
    private struct TableEntry
    {
        [MarshalAs(UnmanagedType.LPWStr)]
        public string? Name;
        public nint Main;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Status
    {
        public int Type;
        public int State;
        public int Accepted;
        public int ExitCode;
        public int SpecificExitCode;
        public int CheckPoint;
        public int WaitHint;
    }
}
