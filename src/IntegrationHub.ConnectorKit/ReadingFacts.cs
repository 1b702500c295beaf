using IntegrationHub.Abstractions;

namespace IntegrationHub.ConnectorKit;

/// <summary>What must be true of every read.</summary>
internal static class ReadingFacts
{
    private const int PageMax = 500;

    /// <summary>More than two pages at the largest size, so that there is a page in the middle.</summary>
    private const int Many = 1_203;

    public static async Task AReadShowsEveryRecord(KitRun run)
    {
        await run.PlantAsync(1, 7);
        await run.PlantAsync(8, 3);
        var pages = await run.ReadAsync();
        Compare(run, pages, 10);
        run.Expect(pages.Count > 0 && pages[^1].End == ReadEnd.Complete, "A read from the beginning to the end of a still system does not end as complete.");
    }

    public static async Task TiesOfTheTimeCrossPages(KitRun run)
    {
        await run.PlantAsync(1, Many);
        Compare(run, await run.ReadAsync(), Many);
    }

    public static async Task APageHasAtMost500Records(KitRun run)
    {
        await run.PlantAsync(1, Many);
        foreach (var page in await run.ReadAsync())
            run.Expect(page.Records.Count <= PageMax, $"A page has {page.Records.Count} records, {PageMax} is the most.");
    }

    public static async Task OnlyTheLastPageSaysItsEnd(KitRun run)
    {
        await run.PlantAsync(1, Many);
        var pages = await run.ReadAsync();
        run.Expect(pages.Count > 0 && pages[^1].End != ReadEnd.More, "The last page does not say that it is the last.");
        run.Expect(pages.SkipLast(1).All(page => page.End == ReadEnd.More), "A page in the middle says that it is the last.");
    }

    public static async Task AnEmptyStreamEndsComplete(KitRun run)
    {
        var pages = await run.ReadAsync();
        run.Expect(pages.Sum(page => page.Records.Count) == 0, "A stream without records shows some.");
        run.Expect(pages.Count > 0 && pages[^1].End == ReadEnd.Complete, "A read of a stream without records does not end as complete.");
    }

    public static async Task AResumeAfterAnyPageLosesNothing(KitRun run)
    {
        await run.PlantAsync(1, Many);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Checkpoint? after = null;
        SourcePage page;
        var reads = 0;
        do
        {
            page = (await run.ReadAsync(after, pagesMax: 1))[0];
            seen.UnionWith(page.Records.Select(record => record.Key));
            run.Expect(page.Checkpoint.Value.Length <= 4_096, "A checkpoint is longer than 4,096 characters.");
            after = page.Checkpoint;
        }
        while (page.End == ReadEnd.More && ++reads < Many);

        run.Expect(page.End != ReadEnd.More, "Resuming after each page does not come to an end.");
        run.Expect(reads == 0 || page.End == ReadEnd.CaughtUp, "A resumed read ends as complete, though it did not show every record.");
        run.Expect(seen.Count == Many, $"Resuming after each page shows {seen.Count} of {Many} records.");
    }

    public static async Task AChangeAfterTheEndIsReadNext(KitRun run)
    {
        await run.PlantAsync(1, 3);
        var first = await run.ReadAsync();
        await run.EditAsync(new(run.System.KeyOf(2), "Grace", "Hopper"));
        await run.PlantAsync(4, 1);
        var records = (await run.ReadAsync(first[^1].Checkpoint)).SelectMany(page => page.Records).ToDictionary(record => record.Key, StringComparer.Ordinal);
        run.Expect(KitRun.Text(records.GetValueOrDefault(run.System.KeyOf(2)), run.System.FirstField) == "Grace", "An edit after the end of a read is not in the next one.");
        run.Expect(records.ContainsKey(run.System.KeyOf(4)), "A record added after the end of a read is not in the next one.");
    }

    public static async Task ARowOfTheLastTickIsReadNext(KitRun run)
    {
        await run.PlantAsync(2, 4);
        var first = await run.ReadAsync();
        await run.WriteLateAsync(1, TimeSpan.Zero);
        await run.WriteLateAsync(3, TimeSpan.Zero);
        var next = KitRun.Latest(await run.ReadAsync(first[^1].Checkpoint));
        run.Expect(next.ContainsKey(run.System.KeyOf(1)),
            "A record with the time of the last one that was read, and a smaller key, is not in the next read.");
        run.Expect(run.FirstOf(next, 3) == "Grace", "A second edit at the time of the first is not in the next read.");
    }

    public static async Task ARowThatShowsLateIsReadNext(KitRun run)
    {
        await run.PlantAsync(1, 3);
        var first = await run.ReadAsync();
        await run.WriteLateAsync(4, TimeSpan.FromSeconds(20));
        await run.WriteLateAsync(2, TimeSpan.FromSeconds(20));
        var next = KitRun.Latest(await run.ReadAsync(first[^1].Checkpoint));
        run.Expect(next.ContainsKey(run.System.KeyOf(4)),
            "A record that shows up 20 seconds after its time of modification is not in the next read.");
        run.Expect(run.FirstOf(next, 2) == "Grace",
            "An edit that shows up 20 seconds after its time of modification is not in the next read.");
    }

    public static async Task WhatHappensDuringAReadIsReadThenOrNext(KitRun run)
    {
        await run.PlantAsync(1, Many);
        var first = await run.ReadAsync(async page =>
        {
            // One that was shown, one that comes, one that is new, and one that shows up late.
            await run.EditAsync(new(run.System.KeyOf(page), "Grace", "Hopper"));
            await run.EditAsync(new(run.System.KeyOf(Many - page), "Grace", "Hopper"));
            await run.PlantAsync(Many + (2 * page), 1, "Joan");
            await run.WriteLateAsync(Many + (2 * page) + 1, TimeSpan.FromSeconds(20));
        });
        var seen = KitRun.Latest(first.Concat(await run.ReadAsync(first[^1].Checkpoint)));
        foreach (var record in await run.ListAsync())
        {
            run.Expect(KitRun.Text(seen.GetValueOrDefault(record.Key), run.System.FirstField) == record.Value.First,
                $"What happened to {record.Key} during a read is neither in it nor in the next one.");
        }
    }

    public static async Task AStillSystemIsNotReadForEver(KitRun run)
    {
        if (run.Traits.ReadsWhole)
            return;
        await run.PlantAsync(1, Many);
        var pages = await run.ReadAsync();
        for (var again = 0; again < 2; again++)
            pages = await run.ReadAsync(pages[^1].Checkpoint);
        var shown = pages.Sum(page => page.Records.Count);
        run.Expect(shown == 0, $"The third read of a still system shows {shown} records again.");
    }

    public static async Task ADeletionShowsAsTheTraitsSay(KitRun run)
    {
        await run.PlantAsync(1, 3);
        var before = await run.ReadAsync();
        await run.DeleteAsync(run.System.KeyOf(2));
        if (run.Traits.Deletes == DeleteDetection.Shown)
        {
            var shown = (await run.ReadAsync(before[^1].Checkpoint)).SelectMany(page => page.Records).LastOrDefault(record => record.Key == run.System.KeyOf(2));
            run.Expect(shown is { IsDeleted: true }, "The traits say that deletions are shown, and the next read does not show one.");
            run.Expect(shown is null or { Payload.IsEmpty: true }, "A deleted record has a payload.");
        }
        else if (run.Traits.Deletes == DeleteDetection.ByAbsence)
        {
            var pages = await run.ReadAsync();
            run.Expect(pages[^1].End == ReadEnd.Complete, "The traits say that absence means deletion, and a read from the beginning does not end as complete.");
            run.Expect(!pages.SelectMany(page => page.Records).Any(record => record.Key == run.System.KeyOf(2)), "A deleted record is still shown.");
        }
    }

    public static async Task CancellationEndsAReadWithinASecond(KitRun run)
    {
        await run.PlantAsync(1, Many);
        using var cancellation = new CancellationTokenSource();
        var read = ((ISourceConnector)run.System.Connector).ReadAsync(run.System.Stream, null, cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
        try
        {
            await read.MoveNextAsync();
            var began = TimeProvider.System.GetTimestamp();
            await cancellation.CancelAsync();
            try
            {
                while (await read.MoveNextAsync())
                {
                    // Pages that were read already may still come.
                }
            }
            catch (OperationCanceledException)
            {
                // As it should.
            }

            run.Expect(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(1), "A cancelled read goes on for more than a second.");
        }
        finally
        {
            await read.DisposeAsync();
        }
    }

    private static void Compare(KitRun run, List<SourcePage> pages, int count)
    {
        var keys = pages.SelectMany(page => page.Records).Select(record => record.Key).ToList();
        var expected = Enumerable.Range(1, count).Select(run.System.KeyOf).ToHashSet(StringComparer.Ordinal);
        run.Expect(keys.Count == keys.Distinct(StringComparer.Ordinal).Count(), "A read of a still system shows a record twice.");
        run.Expect(expected.SetEquals(keys), $"A read shows {keys.Count(expected.Contains)} of {count} records, and {keys.Count(key => !expected.Contains(key))} that were never there.");
    }
}
