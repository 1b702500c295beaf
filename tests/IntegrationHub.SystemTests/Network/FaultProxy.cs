using System.Net;
using System.Net.Sockets;

namespace IntegrationHub.SystemTests.Network;

/// <summary>What a network does to a connection.</summary>
internal enum NetworkFault
{
    /// <summary>Each piece is late.</summary>
    Latency,

    /// <summary>Nobody listens: the connection is reset as soon as it is made.</summary>
    Down,

    /// <summary>A trickle of bytes.</summary>
    Bandwidth,

    /// <summary>The end comes late.</summary>
    SlowClose,

    /// <summary>Nothing arrives any more, and then the connection ends.</summary>
    Timeout,

    /// <summary>Reset after some bytes, in either direction.</summary>
    ResetPeer,

    /// <summary>Many small pieces.</summary>
    Slicer,

    /// <summary>Ended in order, after some bytes: a cut answer.</summary>
    LimitData,
}

/// <summary>
/// A TCP proxy on 127.0.0.1 that passes bytes on and, while faults are on, ill-treats a share of them. Each connection draws anew, from the
/// proxy's seed, for each request that it carries: clients keep connections open.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private const int PieceMax = 16 * 1024, SliceBytes = 48, TrickleBytes = 2_000, CutAfterMax = 6_000;
    private static readonly TimeSpan Trickle = TimeSpan.FromMilliseconds(20), Late = TimeSpan.FromMilliseconds(300), Silence = TimeSpan.FromMilliseconds(700);

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly EndPoint upstream;
    private readonly Random random;
    private readonly Task accepting;
    private readonly Dictionary<NetworkFault, int> hits = [];
    private volatile NetworkFault[] faults = [];

    public FaultProxy(Uri target, int seed)
    {
        upstream = new IPEndPoint(IPAddress.Loopback, target.Port);
        random = new Random(seed);
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}{target.AbsolutePath}");
        accepting = AcceptAsync();
    }

    /// <summary>Where to connect instead of the target.</summary>
    public Uri Address { get; }

    /// <summary>How often each fault was done to somebody.</summary>
    public IReadOnlyDictionary<NetworkFault, int> Hits
    {
        get
        {
            lock (hits)
                return new Dictionary<NetworkFault, int>(hits);
        }
    }

    /// <summary>Share of the pieces that suffer while faults are on.</summary>
    public double Share { get; set; } = 0.3;

    /// <summary>Switches faults on; none: passes everything on.</summary>
    public void Suffer(params NetworkFault[] wanted) => faults = wanted;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(CarryAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            if (Draw() == NetworkFault.Down)
            {
                Reset(near);
                return;
            }

            await far.ConnectAsync((IPEndPoint)upstream, stop.Token);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            var first = await Task.WhenAny(PassAsync(near, far, ended.Token), PassAsync(far, near, ended.Token));
            // A reset or a cut ends both directions; an ordinary end leaves the other one open for what is still under way.
            if (await first == PassEnd.Broken)
                await ended.CancelAsync();
            else
                await Task.Delay(Late, stop.Token);
        }
        catch (Exception end) when (end is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side is gone; so is this one when it is disposed.
        }
    }

    private enum PassEnd
    {
        Ended,
        Broken,
    }

    private async Task<PassEnd> PassAsync(TcpClient from, TcpClient to, CancellationToken cancellationToken)
    {
        var piece = new byte[PieceMax];
        try
        {
            while (await from.GetStream().ReadAsync(piece, cancellationToken) is var count && count > 0)
            {
                if (!await PassPieceAsync(piece.AsMemory(0, count), from, to, cancellationToken))
                    return PassEnd.Broken;
            }

            if (Draw() == NetworkFault.SlowClose)
                await Task.Delay(Late, cancellationToken);
            to.Client.Shutdown(SocketShutdown.Send);
            return PassEnd.Ended;
        }
        catch (Exception end) when (end is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return PassEnd.Broken;
        }
    }

    /// <returns>False when the connection is over.</returns>
    private async Task<bool> PassPieceAsync(ReadOnlyMemory<byte> piece, TcpClient from, TcpClient to, CancellationToken cancellationToken)
    {
        var target = to.GetStream();
        switch (Draw())
        {
            case NetworkFault.Latency:
                await Task.Delay(Late, cancellationToken);
                break;
            case NetworkFault.Bandwidth:
                return await SliceAsync(piece, target, TrickleBytes, Trickle, cancellationToken);
            case NetworkFault.Slicer:
                return await SliceAsync(piece, target, SliceBytes, TimeSpan.Zero, cancellationToken);
            case NetworkFault.Timeout:
                await Task.Delay(Silence, cancellationToken);
                return false;
            case NetworkFault.ResetPeer:
                await target.WriteAsync(piece[..Part(piece.Length)], cancellationToken);
                Reset(from);
                Reset(to);
                return false;
            case NetworkFault.LimitData:
                await target.WriteAsync(piece[..Part(piece.Length)], cancellationToken);
                to.Client.Shutdown(SocketShutdown.Send);
                return false;
        }

        await target.WriteAsync(piece, cancellationToken);
        return true;
    }

    private static async Task<bool> SliceAsync(
        ReadOnlyMemory<byte> piece, NetworkStream target, int size, TimeSpan pause, CancellationToken cancellationToken)
    {
        for (var at = 0; at < piece.Length; at += size)
        {
            await target.WriteAsync(piece.Slice(at, Math.Min(size, piece.Length - at)), cancellationToken);
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, cancellationToken);
        }

        return true;
    }

    private NetworkFault? Draw()
    {
        var wanted = faults;
        if (wanted.Length == 0)
            return null;
        lock (hits)
        {
            if (random.NextDouble() >= Share)
                return null;
            var fault = wanted[random.Next(wanted.Length)];
            hits[fault] = hits.GetValueOrDefault(fault) + 1;
            return fault;
        }
    }

    private int Part(int length)
    {
        lock (hits)
            return random.Next(Math.Min(length, CutAfterMax));
    }

    private static void Reset(TcpClient client)
    {
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Close();
    }
}
