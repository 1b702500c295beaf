using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace IntegrationHub.Hub.Running;

/// <summary>Tells systemd how the service is: a datagram to the socket that it names (sd_notify(3)).</summary>
internal sealed class SystemdNotifier
{
    private readonly string socketPath;

    private SystemdNotifier(string socketPath, TimeSpan? watchdog) => (this.socketPath, Watchdog) = (socketPath, watchdog);

    /// <summary>How often systemd wants to hear from the service, halved as it recommends; null when it does not.</summary>
    public TimeSpan? Watchdog { get; }

    /// <param name="socketPath">Null when the process was not started by systemd.</param>
    /// <param name="watchdogMicroseconds">Null when there is no watchdog.</param>
    /// <returns>Null when nobody listens.</returns>
    public static SystemdNotifier? For(string? socketPath, string? watchdogMicroseconds) => string.IsNullOrEmpty(socketPath)
        ? null
        : new(socketPath, long.TryParse(watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var all) && all > 0 ? TimeSpan.FromMicroseconds(all / 2) : null);

    public static SystemdNotifier? FromEnvironment() =>
        For(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), Environment.GetEnvironmentVariable("WATCHDOG_USEC"));

    /// <param name="state">Such as <c>READY=1</c>.</param>
    /// <returns>Whether it could be sent; a service manager that is gone is no reason to stop.</returns>
    public bool Send(string state)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // '@' names a socket of the abstract namespace, which begins with a null byte.
            socket.Connect(new UnixDomainSocketEndPoint(socketPath[0] == '@' ? "\0" + socketPath[1..] : socketPath));
            socket.Send(Encoding.UTF8.GetBytes(state));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
