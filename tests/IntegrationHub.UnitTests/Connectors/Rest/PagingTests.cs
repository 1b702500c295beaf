using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using IntegrationHub.Abstractions;
using IntegrationHub.UnitTests.Connectors.Http;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace IntegrationHub.UnitTests.Connectors.Rest;

public sealed class PagingTests
{
    private const int SizeOfSample = 50;
    private const string Incremental = """ "incremental": { "format": "isoSeconds" } """;

    /// <summary>Every kind of paging, by the name of its test case.</summary>
    private static readonly Dictionary<string, string> Reads = new(StringComparer.Ordinal)
    {
        ["keyset"] = """ "path": "/keyset", "query": { "since": "{since}", "afterId": "{lastKey}", "limit": "{limit}" }, "paging": { "kind": "keyset", "size": SIZE } """,
        ["page"] = """ "path": "/page", "query": { "since": "{since}", "page": "{page}", "limit": "{limit}" }, "paging": { "kind": "page", "size": SIZE } """,
        ["pageTotal"] = """ "path": "/page", "query": { "since": "{since}", "page": "{page}", "limit": "{limit}" }, "paging": { "kind": "page", "size": SIZE, "total": "total" } """,
        ["offset"] = """ "path": "/offset", "query": { "since": "{since}", "from": "{offset}", "limit": "{limit}" }, "paging": { "kind": "offset", "size": SIZE, "hasMore": "more" } """,
        ["offsetEmpty"] = """ "path": "/offset", "query": { "since": "{since}", "from": "{offset}", "limit": "{limit}" }, "paging": { "kind": "offset", "size": SIZE, "shortPageEnds": false } """,
        ["cursorMoving"] = """ "path": "/cursor", "query": { "since": "{since}", "from": "{cursor}", "limit": "{limit}" }, "paging": { "kind": "cursor", "next": "next", "moving": true, "size": SIZE } """,
        ["nextLink"] = """ "path": "/next", "query": { "since": "{since}", "limit": "{limit}" }, "paging": { "kind": "nextLink", "next": "link", "size": SIZE } """,
        ["linkHeader"] = """ "path": "/link", "query": { "since": "{since}", "limit": "{limit}" }, "paging": { "kind": "nextLink", "next": "header:Link", "size": SIZE } """,
        ["cursor"] = """ "path": "/cursor", "query": { "since": "{since}", "from": "{cursor}", "limit": "{limit}" }, "paging": { "kind": "cursor", "next": "next", "size": SIZE } """,
    };

    public static TheoryData<string> Kinds => [.. Reads.Keys];

    /// <summary>The kinds that do not rely on the server to keep its pages still.</summary>
    public static TheoryData<string> SteadyKinds => ["keyset", "page", "pageTotal", "offset", "offsetEmpty", "cursorMoving"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task EveryRecordOfOneTimestampIsReadOverManyPages(string kind)
    {
        var model = new ContactModel();
        for (var id = 1; id <= 1050; id++)
            model.Touch(id);
        await using var harness = await StartAsync(kind, model, 200);

        var pages = await harness.ReadAsync();

        Assert.Equal(Enumerable.Range(1, 1050), pages.SelectMany(page => page.Records).Select(record => int.Parse(record.Key)).Distinct().Order());
        Assert.Equal(ReadEnd.Complete, pages[^1].End);
        Assert.All(pages.SkipLast(1), page => Assert.Equal(ReadEnd.More, page.End));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task AReadGoesOnFromEveryPagesCheckpoint(string kind)
    {
        var model = new ContactModel();
        for (var id = 1; id <= 70; id++)
        {
            model.Second += id % 3 == 0 ? 1 : 0;
            model.Touch(id);
        }

        await using var harness = await StartAsync(kind, model, 10);
        var pages = await harness.ReadAsync();

        for (var stop = 0; stop < pages.Count; stop++)
        {
            var rest = await harness.ReadAsync(pages[stop].Checkpoint);
            var read = pages.Take(stop + 1).Concat(rest).SelectMany(page => page.Records).Select(record => record.Key).Distinct();
            Assert.Equal(70, read.Count());
            Assert.Equal(ReadEnd.CaughtUp, rest[^1].End);
        }
    }

    [Theory]
    [MemberData(nameof(SteadyKinds))]
    public async Task EditsDuringTheRunAreNeverLost(string kind)
    {
        var edits = from size in Gen.Choose(1, 12)
                    from count in Gen.Choose(1, 40)
                    from steps in Gen.ListOf(Gen.Choose(0, 2).Zip(Gen.Choose(1, 45)), 30)
                    from age in Gen.Elements(0, 600)
                    select (Size: size, Count: count, Steps: steps.ToList(), Age: age);
        var seeds = Environment.GetEnvironmentVariable("INTEGRATIONHUB_PAGING_SEEDS") is { } more ? ulong.Parse(more, CultureInfo.InvariantCulture) : 1;
        for (ulong seed = 1; seed <= seeds; seed++)
        {
            foreach (var (size, count, steps, age) in Gen.Sample(edits, 20, new Rnd(seed), SizeOfSample))
                await HoldsAsync(kind, size, count, steps, age, $"seed {seed}");
        }
    }

    [Fact]
    public async Task RecordsThatComeInBeforeASmallPageRepeatItAndLoseNothing()
    {
        // All at one time, in the order of their keys: each new one pushes record 45 onto the next page.
        var steps = Enumerable.Range(1, 30).Select(step => (Seconds: 0, Id: 45 - step)).ToList();

        foreach (var kind in new[] { "page", "offset", "offsetEmpty" })
            await HoldsAsync(kind, size: 1, count: 1, [(0, 45), .. steps], age: 0, "inserted");
    }

    [Theory]
    [InlineData("page")]
    [InlineData("keyset")]
    public async Task WhatShowsUpLateIsReadNextAndAnOldTieIsNotReadForEver(string kind)
    {
        var model = new ContactModel();
        for (var id = 2; id <= 500; id++)
            model.Touch(id);
        await using var harness = await StartAsync(kind, model, 200);

        var first = await harness.ReadAsync();
        model.Touch(1, model.Second - 20);
        var late = await harness.ReadAsync(first[^1].Checkpoint);
        model.Second += 27 * 3600;
        var passed = await harness.ReadAsync(late[^1].Checkpoint);
        var quiet = await harness.ReadAsync(passed[^1].Checkpoint);
        model.Touch(3);
        var next = await harness.ReadAsync(quiet[^1].Checkpoint);

        Assert.Contains(late.SelectMany(page => page.Records), record => record.Key == "1");
        Assert.Empty(quiet.SelectMany(page => page.Records));
        Assert.Equal(["3"], next.SelectMany(page => page.Records).Select(record => record.Key));
    }

    [Fact]
    public async Task TheCheckpointIsTheSystemsTimeAndNotOurs()
    {
        var model = new ContactModel();
        model.Touch(1);
        await using var harness = await StartAsync("page", model, 10);

        var checkpoint = (await harness.ReadAsync())[^1].Checkpoint;

        // 1970-01-12, the model's own present, less the minute of doubt.
        Assert.Contains("1970-01-12T13:4", checkpoint.Value);
    }

    [Fact]
    public async Task WhatIsEditedOnAPageThatWasTurnedIsAskedForThoughALaterChangeWasShown()
    {
        // In no order: the second page shows a change that is later than the edit of the first page's record.
        await using var harness = await RestHarness.StartAsync(
            """
            {"streams":{"contacts":{"read":{"path":"/c","query":{"since":"{since}","page":"{page}"},"records":"records","order":"none",
            "incremental":{"format":"isoSeconds"},"paging":{"kind":"page","size":1}}}}}
            """,
            (context, request) =>
            {
                var isFirst = request.Query.EndsWith("page=1", StringComparison.Ordinal);
                context.Response.Headers.Date = isFirst ? "Thu, 01 Jan 2026 10:00:00 GMT" : "Thu, 01 Jan 2026 10:05:00 GMT";
                return context.JsonAsync(request.Query.EndsWith("page=3", StringComparison.Ordinal) ? """{"records":[]}"""
                    : isFirst ? """{"records":[{"id":1,"modifiedAt":"2025-05-05T00:00:00Z"}]}"""
                    : """{"records":[{"id":2,"modifiedAt":"2026-01-01T10:04:00Z"}]}""");
            });
        var first = await harness.ReadAsync();
        var asked = harness.Server.Requests.Count;

        await harness.ReadAsync(first[^1].Checkpoint);

        // The record was edited at 10:01, while the pages were turned.
        var query = QueryHelpers.ParseQuery(harness.Server.Requests[asked].Query);
        Assert.True(string.CompareOrdinal(query["since"].ToString(), "2026-01-01T10:01:00Z") <= 0);
    }

    [Theory]
    [InlineData("""{"records":[{"id":1,"modifiedAt":"2026-01-01"}],"next":"same"}""")]
    [InlineData("""{"records":[],"next":"same"}""")]
    public async Task PagesThatLeadInACircleBlockTheStream(string answer)
    {
        await using var harness = await RestHarness.StartAsync(
            """{"streams":{"contacts":{"read":{"path":"/c","query":{"cursor":"{cursor}"},"records":"records","paging":{"kind":"cursor","next":"next"}}}}}""",
            (context, _) => context.JsonAsync(answer));

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => harness.ReadAsync());

        Assert.Equal(("rest.loop", FailureKind.Blocked), (failure.Code, failure.Kind));
    }

    [Fact]
    public async Task APageThatRepeatsForEverBlocksTheStream()
    {
        await using var harness = await RestHarness.StartAsync(
            """{"streams":{"contacts":{"read":{"path":"/c","query":{"page":"{page}"},"records":"records","paging":{"kind":"page","size":1}}}}}""",
            (context, _) => context.JsonAsync("""{"records":[{"id":1}]}"""));

        Assert.Equal("rest.loop", (await Assert.ThrowsAsync<ConnectorException>(() => harness.ReadAsync())).Code);
    }

    [Fact]
    public async Task AFilterThatTheSystemIgnoresIsFound()
    {
        var model = new ContactModel();
        for (var id = 1; id <= 30; id++)
        {
            model.Second += 10;
            model.Touch(id);
        }

        var misspelt = Reads["page"].Replace("\"since\": \"{since}\"", "\"sinse\": \"{since}\"", StringComparison.Ordinal);
        await using var harness = await RestHarness.StartAsync(Description(misspelt, 10), model.AnswerAsync);

        Assert.Equal("rest.filter", (await Assert.ThrowsAsync<ConnectorException>(() => harness.ReadAsync())).Code);
        Assert.Contains(await harness.Connector.ProbeAsync(CancellationToken.None), finding => finding.Contains("ignores the filter", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, ReadEnd.Complete)]
    [InlineData(true, ReadEnd.CaughtUp)]
    public async Task CountedPagesProveAbsenceOnlyWhenTheTotalStands(bool isDeletedMeanwhile, ReadEnd end)
    {
        await using var harness = await RestHarness.StartAsync(
            """{"streams":{"contacts":{"read":{"path":"/c","query":{"page":"{page}"},"records":"records","complete":true,"paging":{"kind":"page","size":2,"total":"total"}}}}}""",
            (context, request) => context.JsonAsync(request.Query == "?page=1" ? """{"records":[{"id":1},{"id":2}],"total":4}"""
                : isDeletedMeanwhile ? """{"records":[{"id":4}],"total":3}""" : """{"records":[{"id":3},{"id":4}],"total":4}"""));

        Assert.Equal(end, (await harness.ReadAsync())[^1].End);
    }

    [Fact]
    public async Task ALinkToAnotherHostIsNotFollowed()
    {
        await using var harness = await RestHarness.StartAsync(
            """{"auth":{"kind":"bearer"},"streams":{"contacts":{"read":{"path":"/c","records":"records","paging":{"kind":"nextLink","next":"next"}}}}}""",
            (context, _) => context.JsonAsync("""{"records":[{"id":1}],"next":"http://evil.example/steal?token=1"}"""));

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => harness.ReadAsync());

        Assert.Equal("rest.link", failure.Code);
        Assert.DoesNotContain("token=1", failure.Message);
    }

    /// <summary>Edits before each page of the first run; after a second run the last state of every record has been seen.</summary>
    private static async Task HoldsAsync(string kind, int size, int count, List<(int Seconds, int Id)> steps, int age, string which)
    {
        var model = new ContactModel();
        for (var id = 1; id <= count; id++)
        {
            model.Second += id % 25 == 0 ? 1 : 0;
            model.Touch(id);
        }

        // Old ties are not covered by the minute that the next run reads again.
        model.Second += age;
        model.BeforePage = page =>
        {
            if (page == 0 || page > steps.Count)
                return;
            model.Second += steps[page - 1].Seconds;
            model.Touch(steps[page - 1].Id);
        };
        await using var harness = await StartAsync(kind, model, size);

        var first = await harness.ReadAsync();
        model.BeforePage = null;
        var second = await harness.ReadAsync(first[^1].Checkpoint);

        var seen = first.Concat(second).SelectMany(page => page.Records)
            .Select(record => JsonSerializer.Deserialize<JsonElement>(record.Payload.Span))
            .Select(record => (Id: record.GetProperty("id").GetInt32(), Edits: record.GetProperty("edits").GetInt32())).ToHashSet();
        Assert.All(model.Contacts.Values, contact =>
            Assert.True(seen.Contains((contact.Id, contact.Edits)), $"{which}: record {contact.Id} is not seen as it is."));
    }

    private static Task<RestHarness> StartAsync(string kind, ContactModel model, int size) =>
        RestHarness.StartAsync(Description(Reads[kind], size), model.AnswerAsync);

    private static string Description(string read, int size) =>
        """{"streams":{"contacts":{"read":{ "records": "records", "complete": true, INCREMENTAL, READ }}}}"""
            .Replace("INCREMENTAL", Incremental, StringComparison.Ordinal).Replace("READ", read, StringComparison.Ordinal)
            .Replace("SIZE", size.ToString(), StringComparison.Ordinal);
}
