using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using IntegrationHub.Abstractions;
using IntegrationHub.Connectors.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Http;

public sealed class HubHttpTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public async Task ThreeFlowsOfOneCredentialStopTogetherForTheSecondsOfRetryAfter()
    {
        var throttles = 1;
        await using var server = await LoopbackServer.StartAsync((context, _) =>
        {
            if (Interlocked.Decrement(ref throttles) >= 0)
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "33";
            }

            return Task.CompletedTask;
        });
        using var http = new HubHttp(clock, new Random(1));
        var flows = new[] { "contacts", "orders", "products" }.Select(flow => http.For(flow, "env:SHOP", new())).ToList();

        var first = flows[0].GetAsync(server.Address);
        await clock.WaitingAsync(TimeSpan.FromSeconds(33), TimeSpan.FromSeconds(35.1));
        var others = flows.Skip(1).Select(flow => flow.GetAsync(server.Address)).ToList();
        await clock.WaitingAsync(TimeSpan.FromSeconds(33), TimeSpan.FromSeconds(35.1), 3);

        Assert.Single(server.Requests);
        clock.Advance(TimeSpan.FromSeconds(32));
        Assert.Single(server.Requests);
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.All(await Task.WhenAll(others.Append(first)), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task AnotherCredentialIsNotStopped()
    {
        await using var server = await LoopbackServer.StartAsync((context, request) =>
        {
            context.Response.StatusCode = request.Path == "/busy" ? 429 : 200;
            context.Response.Headers.RetryAfter = "33";
            return Task.CompletedTask;
        });
        using var http = new HubHttp(clock, new Random(1));
        _ = http.For("shop", "env:SHOP", new()).GetAsync(new Uri(server.Address, "busy"));
        await clock.WaitingAsync(TimeSpan.FromSeconds(33), TimeSpan.FromSeconds(35.1));

        var response = await http.For("crm", "env:CRM", new()).GetAsync(server.Address);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task RetryAfterAsADateIsMeasuredByTheSystemsOwnClock()
    {
        var throttles = 1;
        await using var server = await LoopbackServer.StartAsync((context, _) =>
        {
            if (Interlocked.Decrement(ref throttles) >= 0)
            {
                context.Response.StatusCode = 429;
                // Seven minutes ahead of our clock.
                context.Response.Headers.Date = "Sun, 01 Mar 2026 12:07:00 GMT";
                context.Response.Headers.RetryAfter = "Sun, 01 Mar 2026 12:07:20 GMT";
            }

            return Task.CompletedTask;
        });
        using var http = new HubHttp(clock, new Random(1));

        var call = http.For("shop", "env:SHOP", new()).GetAsync(server.Address);
        await clock.WaitingAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(22.1));
        clock.Advance(TimeSpan.FromSeconds(22.1));

        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
    }

    [Fact]
    public async Task WithoutRetryAfterThePauseDoublesAndTheCallEndsAsThrottled()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => Task.FromResult(context.Response.StatusCode = 429));
        using var http = new HubHttp(clock, new Random(1));

        var call = http.For("shop", "env:SHOP", new()).GetAsync(server.Address);
        foreach (var pause in new[] { 1, 2, 4 })
        {
            clock.Advance(await clock.WaitingAsync(TimeSpan.FromSeconds(pause * 0.8), TimeSpan.FromSeconds(pause * 1.2)));
        }

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => call);
        Assert.True(failure.IsThrottled);
        Assert.Equal(FailureKind.Transient, failure.Kind);
        Assert.NotNull(failure.RetryAfter);
    }

    [Fact]
    public async Task ALongRetryAfterEndsTheCallAtOnceAndSaysHowLong()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "3600";
            return Task.CompletedTask;
        });
        using var http = new HubHttp(clock, new Random(1));
        var client = http.For("shop", "env:SHOP", new());

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => client.PostAsync(server.Address, new StringContent("{}")));

        Assert.True(failure.IsThrottled);
        Assert.Equal(3600, failure.RetryAfter!.Value.TotalSeconds, 5.0);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task AReadIsRetriedAndAWriteIsNot()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) => Task.FromResult(context.Response.StatusCode = 503));
        using var http = new HubHttp(clock, new Random(1));
        var client = http.For("shop", "env:SHOP", new() { RetriesMax = 1, RetryDelay = TimeSpan.FromSeconds(10) });

        var write = await client.PostAsync(server.Address, new StringContent("{}"));
        var read = client.GetAsync(server.Address);
        await clock.WaitingAsync(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, write.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await read).StatusCode);
        Assert.Equal(["POST", "GET", "GET"], server.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task AWriteDeclaredIdempotentIsRetriedWithTheSameBody()
    {
        var failures = 1;
        await using var server = await LoopbackServer.StartAsync((context, _) =>
            Task.FromResult(context.Response.StatusCode = Interlocked.Decrement(ref failures) >= 0 ? 500 : 201));
        using var http = new HubHttp(clock, new Random(1));
        using var request = new HttpRequestMessage(HttpMethod.Put, server.Address) { Content = new StringContent("""{"a":1}""") };
        request.Options.Set(HubRequest.Idempotent, true);

        var call = http.For("shop", "env:SHOP", new() { RetryDelay = TimeSpan.FromSeconds(10) }).SendAsync(request);
        await clock.WaitingAsync(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(HttpStatusCode.Created, (await call).StatusCode);
        Assert.All(server.Requests, seen => Assert.Equal("""{"a":1}""", seen.Body));
    }

    [Fact]
    public async Task ARefusedConnectionPromisesThatNothingWasApplied()
    {
        using var http = new HubHttp(clock, new Random(1));
        var client = http.For("shop", "env:SHOP", new() { RetriesMax = 1, RetryDelay = TimeSpan.FromSeconds(10) });

        var call = client.PostAsync(ClosedAddress(), new StringContent("{}"));
        await clock.WaitingAsync(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
        clock.Advance(TimeSpan.FromSeconds(10));

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => call);
        Assert.Equal("http.unreachable", failure.Code);
        Assert.Equal(FailureKind.Transient, failure.Kind);
    }

    [Fact]
    public async Task ALaterRefusalDoesNotDenyThatAnEarlierAttemptMayHaveBeenApplied()
    {
        var calls = 0;
        await using var server = await LoopbackServer.StartAsync((context, _) =>
        {
            if (Interlocked.Increment(ref calls) == 1)
                context.Abort();
            else
                (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, "3600");
            return Task.CompletedTask;
        });
        using var http = new HubHttp(clock, new Random(1));
        using var request = new HttpRequestMessage(HttpMethod.Put, server.Address) { Content = new StringContent("{}") };
        request.Options.Set(HubRequest.Idempotent, true);

        var call = http.For("shop", "env:SHOP", new() { RetryDelay = TimeSpan.FromSeconds(10) }).SendAsync(request);
        await clock.WaitingAsync(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
        clock.Advance(TimeSpan.FromSeconds(10));

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => call);
        Assert.Contains("may have been applied", failure.Message);
    }

    [Fact]
    public async Task TheCircuitOpensAfterAnOutageAndClosesAgain()
    {
        var isDown = true;
        await using var server = await LoopbackServer.StartAsync((context, _) => Task.FromResult(context.Response.StatusCode = isDown ? 500 : 200));
        using var http = new HubHttp(clock, new Random(1));
        var client = http.For("shop", "env:SHOP", new() { BreakCallsMin = 4 });
        for (var i = 0; i < 4; i++)
            await client.PostAsync(server.Address, null);

        var refused = await Assert.ThrowsAsync<ConnectorException>(() => client.PostAsync(server.Address, null));
        isDown = false;
        clock.Advance(TimeSpan.FromSeconds(16));
        var served = await client.PostAsync(server.Address, null);

        Assert.Equal("http.circuit", refused.Code);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task AnAnswerOverTheLimitIsCutOffWithItsLengthKnownOrNot()
    {
        await using var server = await LoopbackServer.StartAsync(async (context, request) =>
        {
            if (request.Path == "/announced")
                context.Response.ContentLength = 5000;
            for (var i = 0; i < 50; i++)
                await context.Response.WriteAsync(new string('x', 100));
        });
        using var http = new HubHttp(clock, new Random(1));
        var client = http.For("shop", "env:SHOP", new() { ResponseBytesMax = 4999 });

        foreach (var path in new[] { "announced", "chunked" })
        {
            var failure = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri(server.Address, path)));
            Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, failure.HttpRequestError);
        }
    }

    [Fact]
    public async Task ARedirectIsNotFollowed()
    {
        await using var server = await LoopbackServer.StartAsync((context, _) =>
        {
            context.Response.Redirect("http://169.254.169.254/latest");
            return Task.CompletedTask;
        });
        using var http = new HubHttp(clock, new Random(1));

        Assert.Equal(HttpStatusCode.Redirect, (await http.For("shop", "env:SHOP", new()).GetAsync(server.Address)).StatusCode);
    }

    [Fact]
    public async Task AnAttemptThatHangsEndsAndTheMessageHoldsNoQuery()
    {
        var arrived = new TaskCompletionSource();
        await using var server = await LoopbackServer.StartAsync((context, _) =>
        {
            arrived.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var http = new HubHttp(clock, new Random(1));

        var call = http.For("shop", "env:SHOP", new()).PostAsync(new Uri(server.Address, "x?email=ada@example.org&token=s3cret"), null);
        await arrived.Task;
        clock.Advance(TimeSpan.FromSeconds(31));

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => call);
        Assert.DoesNotContain("s3cret", failure.ToString());
        Assert.DoesNotContain("ada@", failure.ToString());
    }

    [Fact]
    public async Task CallsAreCountedByConnectionAndStatusClassAlone()
    {
        var counted = new ConcurrentQueue<(string Name, long Count, string Labels)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "IntegrationHub")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, labels, _) =>
            counted.Enqueue((instrument.Name, count, string.Join(',', labels.ToArray().Select(label => $"{label.Key}={label.Value}")))));
        listener.Start();
        await using var server = await LoopbackServer.StartAsync((context, _) => context.JsonAsync("12345", 404));
        using var http = new HubHttp(clock, new Random(1));

        await http.For("counted", "env:SHOP", new()).GetAsync(new Uri(server.Address, "?email=ada@example.org"));

        var ours = counted.Where(one => one.Labels.Contains("connection=counted", StringComparison.Ordinal)).ToList();
        Assert.Contains(("integrationhub.http.calls", 1L, "connection=counted,status=4xx"), ours);
        Assert.Contains(("integrationhub.http.received", 5L, "connection=counted"), ours);
        Assert.Equal(2, ours.Count);
    }

    private static Uri ClosedAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return new($"http://127.0.0.1:{port}");
    }
}
