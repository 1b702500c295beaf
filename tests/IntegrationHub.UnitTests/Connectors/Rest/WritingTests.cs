using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.UnitTests.Connectors.Http;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Rest;

public sealed class WritingTests
{
    private const string Single = """
        {"streams":{"contacts":{"version":"etag","lookup":{"byKey":{"path":"/c/{key}"}},
        "write":{"create":{"path":"/c","key":"id","record":""},"update":{"path":"/c/{key}","record":""},"delete":{"path":"/c/{key}"},
        "concurrency":{"kind":"ifMatch","otherwise":"*"}}}}}
        """;

    private const string Batch = """
        {"streams":{"contacts":{"lookup":{"byKey":{"path":"/c/{key}"}},
        "write":{"batch":[{"operations":["create","update","delete"],"path":"/batch","max":4,"body":{"items":"{items}"},
        "item":{"ref":"{id}","op":"{operation}","id":"{key}","fields":"{record}"},"results":"results","by":"id","byPath":"ref","status":"status",
        "ok":{"path":"error","exists":false},"code":"error.code","message":"error.message","record":"record"}]}}}}
        """;

    [Fact]
    public async Task ACreateCarriesTheCorrelationAndReadsBack()
    {
        await using var harness = await RestHarness.StartAsync(Single, (context, _) => context.JsonAsync("""{"id":17,"name":"Ada","etag":"v1"}""", 201));

        var result = await harness.WriteAsync(RestHarness.Create("d1", """{"name":" Ada "}"""));

        Assert.Equal((DeliveryOutcome.Applied, "17", "v1"), (result.Outcome, result.Key, result.Record!.Version));
        Assert.Equal("""{"name":" Ada ","hubId":"ih-d1"}""", Assert.Single(harness.Server.Requests).Body);
    }

    [Theory]
    [InlineData(DeliveryOperation.Create, false)]
    [InlineData(DeliveryOperation.Update, false)]
    [InlineData(DeliveryOperation.Create, true)]
    [InlineData(DeliveryOperation.Update, true)]
    public async Task WritesCostAsManyCallsAsWasSaidBefore(DeliveryOperation operation, bool inBatches)
    {
        // Whoever compares looks at each record first.
        var rest = inBatches ? Batch : Single.Replace("ifMatch", "compare", StringComparison.Ordinal);
        await using var harness = await RestHarness.StartAsync(rest, (context, request) => request.Path == "/batch"
            ? context.JsonAsync("""{"results":[]}""")
            : context.JsonAsync($$"""{"id":"{{request.Path.Split('/')[^1]}}","name":"Ada"}"""));
        Delivery[] deliveries = [.. Enumerable.Range(1, 10).Select(number => operation == DeliveryOperation.Create
            ? RestHarness.Create($"d{number}", """{"name":"Ada"}""")
            : RestHarness.Update($"d{number}", $"{number}", """{"name":"Bob"}""", expected: """{"name":"Ada"}"""))];

        await harness.WriteAsync(deliveries);

        Assert.Equal(((IWriteCost)harness.Connector).CallsFor("contacts", operation, deliveries.Length), harness.Server.Requests.Count);
        Assert.Equal(0, ((IWriteCost)harness.Connector).CallsFor("contacts", operation, 0));
    }

    [Theory]
    [InlineData("abort")]
    [InlineData("cut")]
    [InlineData("500")]
    [InlineData("html")]
    public async Task ALostAnswerIsUnknownForItsDeliveryAloneAndIsNotSentAgain(string manner)
    {
        await using var harness = await RestHarness.StartAsync(Single, async (context, request) =>
        {
            if (request.Body.Contains("Ada", StringComparison.Ordinal))
            {
                context.Response.StatusCode = manner == "500" ? 500 : 201;
                if (manner == "html")
                    await context.Response.Body.WriteAsync("<html>welcome</html>"u8.ToArray());
                if (manner == "cut")
                {
                    context.Response.ContentLength = 100;
                    await context.Response.Body.WriteAsync("{\"id\":"u8.ToArray());
                    await context.Response.Body.FlushAsync();
                }

                if (manner is "cut" or "abort")
                    context.Abort();
            }
            else
            {
                await context.JsonAsync("""{"id":18,"name":"Bob"}""", 201);
            }
        });

        var results = await harness.WriteAsync(RestHarness.Create("d1", """{"name":"Ada"}"""), RestHarness.Create("d2", """{"name":"Bob"}"""));

        Assert.Equal(DeliveryOutcome.Unknown, results.Single(result => result.DeliveryId == "d1").Outcome);
        Assert.Equal(DeliveryOutcome.Applied, results.Single(result => result.DeliveryId == "d2").Outcome);
        Assert.Equal(2, harness.Server.Requests.Count);
    }

    [Fact]
    public async Task ATimeoutAfterTheCommitIsUnknown()
    {
        var clock = new ManualClock();
        var arrived = new TaskCompletionSource();
        await using var harness = await RestHarness.StartAsync(Single, (context, _) =>
        {
            arrived.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        }, clock: clock);

        var write = harness.WriteAsync(RestHarness.Update("d1", "17", """{"name":"Ada"}"""));
        await arrived.Task;
        clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(DeliveryOutcome.Unknown, (await write).Outcome);
    }

    [Fact]
    public async Task AnUpsertIsRepeatedWhenItsAnswerIsLost()
    {
        var calls = 0;
        await using var harness = await RestHarness.StartAsync(
            """{"streams":{"contacts":{"lookup":{"byKey":{"path":"/c/{key}"}},"write":{"correlationInBody":false,"upsert":{"path":"/by-hub-id/{correlation}","record":""}}}}}""",
            (context, _) =>
            {
                if (Interlocked.Increment(ref calls) > 1)
                    return context.JsonAsync("""{"id":"c1","name":"Ada"}""");
                context.Abort();
                return Task.CompletedTask;
            });

        var result = await harness.WriteAsync(RestHarness.Create("d1", """{"name":"Ada"}"""));

        Assert.Equal((DeliveryOutcome.Applied, "c1"), (result.Outcome, result.Key));
        Assert.All(harness.Server.Requests, request => Assert.Equal(("PUT", "/by-hub-id/ih-d1", """{"name":"Ada"}"""), (request.Method, request.Path, request.Body)));
        Assert.Equal(2, harness.Server.Requests.Count);
    }

    [Theory]
    [InlineData(412, DeliveryOutcome.ChangedMeanwhile)]
    [InlineData(404, DeliveryOutcome.Missing)]
    [InlineData(410, DeliveryOutcome.Missing)]
    [InlineData(422, DeliveryOutcome.Rejected)]
    [InlineData(403, DeliveryOutcome.Rejected)]
    [InlineData(423, DeliveryOutcome.Retry)]
    public async Task AStatusMeansAnOutcomeForTheRecord(int status, DeliveryOutcome outcome)
    {
        await using var harness = await RestHarness.StartAsync(Single, (context, _) => context.JsonAsync("{}", status));

        var result = await harness.WriteAsync(RestHarness.Update("d1", "17", """{"name":"Ada"}""", version: "\"v1\""));

        Assert.Equal(outcome, result.Outcome);
        Assert.Equal("\"v1\"", Assert.Single(harness.Server.Requests).Headers["If-Match"]);
    }

    [Fact]
    public async Task ARuleFindsTheExistingRecordInsideATextAndNoPersonalValueGoesOn()
    {
        var rest = Single.TrimEnd()[..^1] + ""","errors":[{"status":["409"],"path":"category","equals":"CONFLICT","outcome":"alreadyExists","key":"message","keyAfter":"Existing ID: "}]}""";
        await using var harness = await RestHarness.StartAsync(rest,
            (context, _) => context.JsonAsync("""{"message":"Contact ada@example.org already exists. Existing ID: 37765128953","category":"CONFLICT"}""", 409));

        var result = await harness.WriteAsync(RestHarness.Create("d1", """{"email":"ada@example.org"}"""));

        Assert.Equal((DeliveryOutcome.AlreadyExists, "37765128953", "rest.CONFLICT"), (result.Outcome, result.Key, result.Code));
        Assert.DoesNotContain("ada@", result.Message);
    }

    [Fact]
    public async Task ABatchIsMatchedByItsNamesWhateverTheOrderAndWhatIsLeftOutIsUnknown()
    {
        await using var harness = await RestHarness.StartAsync(Batch, (context, _) => context.JsonAsync("""
            {"results":[
              {"ref":"d3","status":201,"record":{"id":"c3","name":"Cy"}},
              {"ref":"d1","status":422,"error":{"code":"invalid_email","message":"'ada@x' is not valid for Ada Lovelace"}},
              {"ref":"stranger","status":200}]}
            """, 207));

        var results = await harness.WriteAsync(
            RestHarness.Create("d1", """{"name":"Ada Lovelace"}"""), RestHarness.Update("d2", "c2", """{"name":"Bo"}"""), RestHarness.Create("d3", """{"name":"Cy"}"""));

        var byId = results.ToDictionary(result => result.DeliveryId, StringComparer.Ordinal);
        Assert.Equal(3, results.Count);
        Assert.Equal((DeliveryOutcome.Rejected, "rest.invalid_email"), (byId["d1"].Outcome, byId["d1"].Code));
        Assert.DoesNotContain("Lovelace", byId["d1"].Message);
        Assert.DoesNotContain("ada@x", byId["d1"].Message);
        Assert.Equal(DeliveryOutcome.Unknown, byId["d2"].Outcome);
        Assert.Equal((DeliveryOutcome.Applied, "c3"), (byId["d3"].Outcome, byId["d3"].Record!.Key));
        Assert.Contains("""{"ref":"d2","op":"update","id":"c2","fields":{"name":"Bo"}}""", Assert.Single(harness.Server.Requests).Body);
    }

    [Fact]
    public async Task AWholeBatchRefusedForOneRecordIsHalvedUntilItIsFound()
    {
        await using var harness = await RestHarness.StartAsync(Batch.Replace("\"max\":4", "\"max\":100", StringComparison.Ordinal), (context, request) =>
        {
            if (request.Body.Contains("poison", StringComparison.Ordinal))
                return context.JsonAsync("""{"error":"type"}""", 400);
            var refs = JsonDocument.Parse(request.Body).RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("ref").GetString());
            return context.JsonAsync(JsonSerializer.Serialize(new { results = refs.Select(name => new { @ref = name, status = 200, id = $"c-{name}" }) }));
        });

        var batch = Enumerable.Range(0, 64).Select(i => RestHarness.Create($"d{i}", i == 41 ? """{"name":"poison"}""" : """{"name":"ok"}""")).ToArray();
        var results = await harness.WriteAsync(batch);

        Assert.Equal("d41", Assert.Single(results, result => result.Outcome == DeliveryOutcome.Rejected).DeliveryId);
        Assert.Equal(63, results.Count(result => result.Outcome == DeliveryOutcome.Applied));
        Assert.InRange(harness.Server.Requests.Count, 7, 13);
    }

    [Fact]
    public async Task FailuresInAListOfTheirOwnAreFoundByPathIntoAnArray()
    {
        const string HubSpot = """
            {"streams":{"contacts":{"lookup":{"byKey":{"path":"/c/{key}"}},"write":{"batch":[{"operations":["update"],"path":"/batch",
            "item":{"id":"{key}","properties":"{record}"},"body":{"inputs":"{items}"},"results":"results","by":"key","byPath":"id",
            "failures":"errors","failuresByPath":"context.ids[0]","code":"category"}]}}}}
            """;
        await using var harness = await RestHarness.StartAsync(HubSpot,
            (context, _) => context.JsonAsync("""{"results":[{"id":"2"}],"errors":[{"category":"OBJECT_NOT_FOUND","context":{"ids":["1"]}}]}""", 207));

        var results = await harness.WriteAsync(RestHarness.Update("a", "1", "{}"), RestHarness.Update("b", "2", "{}"));

        Assert.Equal("rest.OBJECT_NOT_FOUND", results.Single(result => result.DeliveryId == "a").Code);
        Assert.Equal(DeliveryOutcome.Applied, results.Single(result => result.DeliveryId == "b").Outcome);
    }

    [Fact]
    public async Task CompareNoticesAnEditAndWritesNothing()
    {
        await using var harness = await RestHarness.StartAsync(Single.Replace("\"ifMatch\",\"otherwise\":\"*\"", "\"compare\"", StringComparison.Ordinal),
            (context, request) => context.JsonAsync("""{"id":"17","name":"Augusta","phone":null}"""));

        var changed = await harness.WriteAsync(RestHarness.Update("d1", "17", """{"name":"A"}""", expected: """{"name":"Ada"}"""));
        var same = await harness.WriteAsync(RestHarness.Update("d2", "17", """{"name":"A"}""", expected: """{"name":"Augusta","phone":null,"fax":null}"""));

        Assert.Equal(DeliveryOutcome.ChangedMeanwhile, changed.Outcome);
        Assert.Contains("Augusta", RestHarness.Text(changed.Record));
        Assert.Equal(DeliveryOutcome.Applied, same.Outcome);
        Assert.Single(harness.Server.Requests, request => request.Method == "PATCH");
    }

    [Fact]
    public async Task AThrottledWriteThrowsWhenNothingIsAppliedAndReturnsTheRestOtherwise()
    {
        var calls = 0;
        var rest = Single.Replace("\"concurrency\"", "\"parallel\":1,\"concurrency\"", StringComparison.Ordinal).TrimEnd()[..^1]
            + ""","errors":[{"status":["403"],"path":"[0].errorCode","equals":"REQUEST_LIMIT_EXCEEDED","outcome":"throttled","retryAfter":600}]}""";
        await using var harness = await RestHarness.StartAsync(rest, (context, _) => Interlocked.Increment(ref calls) == 1
            ? context.JsonAsync("""{"id":"17"}""")
            : context.JsonAsync("""[{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]""", 403));

        var results = await harness.WriteAsync(RestHarness.Update("d1", "17", "{}"), RestHarness.Update("d2", "18", "{}"));
        var failure = await Assert.ThrowsAsync<ConnectorException>(() => harness.WriteAsync(RestHarness.Update("d3", "19", "{}")));

        Assert.Equal(DeliveryOutcome.Applied, results.Single(result => result.DeliveryId == "d1").Outcome);
        Assert.Equal((DeliveryOutcome.Retry, "rest.throttled"), (results.Single(result => result.DeliveryId == "d2").Outcome, results.Single(result => result.DeliveryId == "d2").Code));
        Assert.True(failure.IsThrottled);
        // The governor knew: the third write was not even sent.
        Assert.Equal(2, harness.Server.Requests.Count);
    }

    [Fact]
    public async Task AKeyInAHeaderIsItsLastSegmentOrWhatStandsInParentheses()
    {
        var location = "https://x/contacts/17";
        await using var harness = await RestHarness.StartAsync(Single.Replace("\"key\":\"id\",\"record\":\"\"", "\"key\":\"header:Location\"", StringComparison.Ordinal), (context, _) =>
        {
            context.Response.StatusCode = 204;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        });

        var first = await harness.WriteAsync(RestHarness.Create("d1", "{}"));
        location = "https://x/contacts(00aa-11)";
        var second = await harness.WriteAsync(RestHarness.Create("d2", "{}"));

        Assert.Equal(("17", "00aa-11"), (first.Key, second.Key));
    }
}
