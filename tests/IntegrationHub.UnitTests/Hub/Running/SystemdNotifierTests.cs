using System.Net.Sockets;
using System.Text;
using IntegrationHub.Hub.Running;
using Xunit;

namespace IntegrationHub.UnitTests.Hub.Running;

public sealed class SystemdNotifierTests
{
    [Fact]
    public void AStateArrivesAtTheSocketThatSystemdNames()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no systemd on Windows.");
        var folder = Directory.CreateTempSubdirectory("hub-notify-");
        try
        {
            var path = Path.Combine(folder.FullName, "notify");
            using var listener = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
            listener.Bind(new UnixDomainSocketEndPoint(path));

            Assert.True(SystemdNotifier.For(path, null)!.Send("READY=1"));

            var buffer = new byte[64];
            Assert.Equal("READY=1", Encoding.UTF8.GetString(buffer, 0, listener.Receive(buffer)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void TheWatchdogIsFedTwiceAsOftenAsItAsks()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), SystemdNotifier.For("/run/x", "60000000")!.Watchdog);
        Assert.Null(SystemdNotifier.For("/run/x", "soon")!.Watchdog);
        Assert.Null(SystemdNotifier.For("", "60000000"));
    }

    [Fact]
    public void ASocketThatIsGoneStopsNothing() => Assert.False(SystemdNotifier.For("/nowhere/notify", null)!.Send("READY=1"));
}
