using IntegrationHub.Abstractions;

namespace IntegrationHub.ConnectorKit;

/// <summary>What must be true of every write and look-up.</summary>
internal static class WritingFacts
{
    public static async Task ACreateIsThereAndReadsBack(KitRun run)
    {
        var result = await run.WriteAsync(run.Create(1));
        run.Expect(result.Outcome == DeliveryOutcome.Applied, Said("A create", DeliveryOutcome.Applied, result));
        run.Expect(result.Key is { Length: > 0 }, "The result of a create has no key.");
        var list = await run.ListAsync();
        run.Expect(list.Count == 1 && list.Values.First() is { First: "Ada", Second: "Lovelace" }, "The system does not hold what a create wrote.");
        run.Expect(result.Key is { } key && list.ContainsKey(key), "The key in a create's result is not the record's.");
        var back = result.Record ?? (result.Key is null ? null : await run.FindAsync(result.Key));
        run.Expect(KitRun.Text(back, run.System.FirstField) == "Ada", "What a create wrote does not read back.");
    }

    public static async Task ARepeatedCreateLeavesOneRecord(KitRun run)
    {
        var first = await run.WriteAsync(run.Create(1));
        var second = await run.WriteAsync(run.Create(1) with { Id = "again" });
        run.Expect(second.Outcome is DeliveryOutcome.Applied or DeliveryOutcome.AlreadyExists, Said("A repeated create", DeliveryOutcome.AlreadyExists, second));
        run.Expect((second.Record?.Key ?? second.Key) == first.Key, "A repeated create does not name the record that is there.");
        run.Expect((await run.ListAsync()).Count == 1, "A create that is repeated with the same correlation leaves two records.");
    }

    public static async Task ARepeatedCreateOverwritesNothing(KitRun run)
    {
        var first = await run.WriteAsync(run.Create(1));
        await run.EditAsync(new(first.Key ?? "", "Grace", "Hopper"));
        var second = await run.WriteAsync(run.Create(1) with { Id = "again" });
        run.Expect(second.Outcome == DeliveryOutcome.AlreadyExists, Said("A create repeated after somebody's edit", DeliveryOutcome.AlreadyExists, second));
        run.Expect((await run.ListAsync()).Values.All(record => record.First == "Grace"), "A repeated create overwrites what somebody has edited meanwhile.");
    }

    public static async Task AnUpdateWritesItsFieldsOnly(KitRun run)
    {
        await run.PlantAsync(1, 2);
        var key = run.System.KeyOf(1);
        var result = await run.WriteAsync(KitRun.Change(DeliveryOperation.Update, key, run.First("Grace"), run.First("Ada")));
        run.Expect(result.Outcome == DeliveryOutcome.Applied, Said("An update", DeliveryOutcome.Applied, result));
        var list = await run.ListAsync();
        run.Expect(list.GetValueOrDefault(key)?.First == "Grace", "The system does not hold what an update wrote.");
        run.Expect(list.GetValueOrDefault(key)?.Second == "Lovelace", "An update changed a field that it did not name.");
        run.Expect(list.GetValueOrDefault(run.System.KeyOf(2))?.First == "Ada", "An update changed another record.");
        run.Expect(result.Record is null || KitRun.Text(result.Record, run.System.FirstField) == "Grace", "The record in an update's result is the one from before.");
    }

    public static async Task AStaleUpdateChangesNothing(KitRun run)
    {
        await run.PlantAsync(1, 1);
        var key = run.System.KeyOf(1);
        await run.EditAsync(new(key, "Grace", "Hopper"));
        var result = await run.WriteAsync(KitRun.Change(DeliveryOperation.Update, key, run.First("Augusta"), run.First("Ada")));
        run.Expect(result.Outcome == DeliveryOutcome.ChangedMeanwhile, Said("An update with a stale expectation", DeliveryOutcome.ChangedMeanwhile, result));
        run.Expect(result.Record is null || KitRun.Text(result.Record, run.System.FirstField) == "Grace", "The record in a stale update's result is not what the system holds.");
        run.Expect((await run.ListAsync()).GetValueOrDefault(key)?.First == "Grace", "An update with a stale expectation was written.");
    }

    public static async Task AMissingRecordIsSaidToBeMissing(KitRun run)
    {
        await run.PlantAsync(1, 1);
        var update = await run.WriteAsync(KitRun.Change(DeliveryOperation.Update, run.System.KeyOf(9), run.First("Grace"), run.First("Ada")));
        run.Expect(update.Outcome == DeliveryOutcome.Missing, Said("An update of no record", DeliveryOutcome.Missing, update));
        var delete = await run.WriteAsync(KitRun.Change(DeliveryOperation.Delete, run.System.KeyOf(9), default, default));
        run.Expect(delete.Outcome == DeliveryOutcome.Missing, Said("A deletion of no record", DeliveryOutcome.Missing, delete));
        run.Expect((await run.ListAsync()).Count == 1, "Writing to a record that is not there made or removed one.");
    }

    public static async Task ADeletedRecordIsGone(KitRun run)
    {
        await run.PlantAsync(1, 2);
        var result = await run.WriteAsync(KitRun.Change(DeliveryOperation.Delete, run.System.KeyOf(1), default, run.First("Ada")));
        run.Expect(result.Outcome == DeliveryOutcome.Applied, Said("A deletion", DeliveryOutcome.Applied, result));
        var list = await run.ListAsync();
        run.Expect(!list.ContainsKey(run.System.KeyOf(1)), "A deleted record is still there.");
        run.Expect(list.ContainsKey(run.System.KeyOf(2)), "A deletion removed another record too.");
        run.Expect(await run.FindAsync(run.System.KeyOf(1)) is null or { IsDeleted: true }, "A look-up shows a deleted record as a live one.");
    }

    public static async Task ARefusedRecordFailsAlone(KitRun run)
    {
        if (run.System.RefusedFields is not { } refused)
            return;
        var wrong = run.Create(2) with { Fields = KitRun.Bytes(refused) };
        var results = await run.WriteAllAsync([run.Create(1), wrong, run.Create(3)]);
        run.Expect(results.GetValueOrDefault("create-2")?.Outcome == DeliveryOutcome.Rejected, Said("A record that the system refuses", DeliveryOutcome.Rejected, results.GetValueOrDefault("create-2")));
        run.Expect(results.GetValueOrDefault("create-2")?.Code is { Length: > 0 }, "A refusal has no code.");
        run.Expect(results.GetValueOrDefault("create-1")?.Outcome == DeliveryOutcome.Applied, Said("A record before a refused one", DeliveryOutcome.Applied, results.GetValueOrDefault("create-1")));
        run.Expect(results.GetValueOrDefault("create-3")?.Outcome == DeliveryOutcome.Applied, Said("A record after a refused one", DeliveryOutcome.Applied, results.GetValueOrDefault("create-3")));
        run.Expect((await run.ListAsync()).Count == 2, "A batch with one refused record does not leave the others.");
    }

    public static async Task ResultsNameTheirDelivery(KitRun run)
    {
        await run.PlantAsync(1, 2);
        Delivery[] batch =
        [
            run.Create(8, "Grace"),
            KitRun.Change(DeliveryOperation.Update, run.System.KeyOf(2), run.First("Augusta"), run.First("Ada")),
            KitRun.Change(DeliveryOperation.Delete, run.System.KeyOf(1), default, run.First("Ada")),
            run.Create(7, "Joan"),
        ];
        var results = await run.WriteAllAsync(batch);
        run.Expect(results.Count == batch.Length && batch.All(delivery => results.GetValueOrDefault(delivery.Id)?.Outcome == DeliveryOutcome.Applied), "A mixed batch does not have one applied result for each delivery.");
        var list = await run.ListAsync();
        foreach (var (id, first) in new[] { ("create-8", "Grace"), ("create-7", "Joan"), ($"Update-{run.System.KeyOf(2)}", "Augusta") })
            run.Expect(results.GetValueOrDefault(id)?.Key is { } key && list.GetValueOrDefault(key)?.First == first, $"The result of {id} names another delivery's record.");
    }

    public static async Task AFullBatchIsWritten(KitRun run)
    {
        var batch = Enumerable.Range(1, run.Traits.WriteBatchMax).Select(number => run.Create(number)).ToList();
        var results = await run.WriteAllAsync(batch);
        var applied = results.Values.Count(result => result.Outcome == DeliveryOutcome.Applied);
        run.Expect(applied == batch.Count, $"Of a batch as large as the traits allow {applied} of {batch.Count} records are applied.");
        run.Expect((await run.ListAsync()).Count == batch.Count, "A batch as large as the traits allow does not leave as many records.");
    }

    public static async Task ARecordIsFoundByKeyAndByCorrelation(KitRun run)
    {
        await run.PlantAsync(1, 3);
        var created = await run.WriteAsync(run.Create(5, "Grace"));
        run.Expect((await run.FindAsync(run.System.KeyOf(2)))?.Key == run.System.KeyOf(2), "A record is not found by its key.");
        run.Expect((await run.FindAsync(null, KitRun.Correlation(5)))?.Key == created.Key, "A record that the hub made is not found by its correlation.");
        run.Expect(await run.FindAsync(run.System.KeyOf(99)) is null, "A look-up of a key that is not there shows a record.");
        run.Expect(await run.FindAsync(null, KitRun.Correlation(99)) is null, "A look-up of a correlation that is not there shows a record.");
    }

    public static async Task WhatWasWrittenIsReadNext(KitRun run)
    {
        await run.PlantAsync(1, 2);
        var before = await run.ReadAsync();
        var created = await run.WriteAsync(run.Create(5, "Grace"));
        var shown = (await run.ReadAsync(before[^1].Checkpoint)).SelectMany(page => page.Records).FirstOrDefault(record => record.Key == created.Key);
        run.Expect(KitRun.Text(shown, run.System.FirstField) == "Grace", "What the hub wrote after a read is not in the next read.");
    }

    private static string Said(string what, DeliveryOutcome expected, DeliveryResult? result) =>
        $"{what} was answered with {result?.Outcome.ToString() ?? "nothing"} ({result?.Code} {result?.Message}); {expected} was expected.";
}
