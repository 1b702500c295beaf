using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Storage;

/// <summary>What any store must do with what reading and writing learn about a system.</summary>
public sealed class StoreLearntCompliance
{
    private const Rights All = Rights.Create | Rights.Update | Rights.Delete;

    public static TheoryData<string> Stores => StoreCompliance.Stores;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task AbsentRecordsReplaceThoseOfTheReadBefore(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.CommitAsync(static step =>
        {
            step.Absent.Add(new(1, [5, 7]));
            step.Absent.Add(new(2, [9]));
        });
        await store.CommitAsync(static step => step.Absent.Add(new(1, [7, 8])));

        store = await place.ReopenAsync(store);

        Assert.Equal([7, 8], (await store.ListAbsentAsync(1, default)).Order());
        Assert.Equal([9], await store.ListAbsentAsync(2, default));
        await store.CommitAsync(static step => step.Absent.Add(new(1, [])));
        Assert.Empty(await store.ListAbsentAsync(1, default));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task AnEventIsKeptOnceInTheOrderOfItsComingUntilItIsTakenInAndItsIdLonger(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var at = place.Clock.GetUtcNow();
        var (first, second, other) = (Event(1, 11, at), Event(1, 12, at.AddSeconds(1)), Event(2, 11, at));
        await store.CommitAsync(step => step.Received.AddRange([second, first, other]));
        await store.CommitAsync(step => step.Received.Add(first with { Payload = [9] }));

        store = await place.ReopenAsync(store);

        var kept = await store.LoadReceivedAsync(1, 10, default);
        Assert.Equal([second.Id, first.Id], kept.Select(static one => one.Id));
        Assert.Equal(first.Payload, kept[1].Payload);
        Assert.Equal(at.AddSeconds(1), kept[0].At);
        Assert.Single(await store.LoadReceivedAsync(1, 1, default));
        await store.CommitAsync(step =>
        {
            step.Taken.Add(new(1, second.Id));
            step.Forgotten.Add(new(1, at.AddDays(1)));
        });
        // What was taken in is forgotten when it is old; what still waits never is.
        Assert.Equal([first.Id], (await store.LoadReceivedAsync(1, 10, default)).Select(static one => one.Id));
        Assert.Equal([first.Id], await store.FindReceivedAsync(1, [first.Id, second.Id], default));
        Assert.Equal([other.Id], await store.FindReceivedAsync(2, [other.Id, second.Id], default));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task AResumedFieldMakesTheDeliveriesDueThatWaitForIt(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var now = place.Clock.GetUtcNow();
        var field = new SuspendedField(1, "phones[type=work].value", IsReadToo: true, "schema.type", now, RetryAt: null);
        await store.CommitAsync(step =>
        {
            step.Suspended.Add(field with { Code = "field.forbidden", IsReadToo = false, RetryAt = now.AddHours(1) });
            step.Suspended.Add(field with { Path = "name.given" });
            step.GoldenRecords.AddRange(Enumerable.Range(1, 3).Select(static id => Some.Golden(id)));
            step.Deliveries.Add(Some.Delivery(1, 1) with { DueAt = now.AddHours(1), SourceRecordId = 11, ErrorCode = SuspendedField.DeliveryCode, ErrorFields = ["name.given", "title"] });
            step.Deliveries.Add(Some.Delivery(2, 2) with { DueAt = now.AddHours(1), SourceRecordId = 12, ErrorCode = "sql.1" });
            step.Deliveries.Add(Some.Delivery(3, 3, stream: 2) with { DueAt = now.AddHours(1), SourceRecordId = 13, ErrorCode = SuspendedField.DeliveryCode });
        });
        await store.CommitAsync(step => step.Suspended.Add(field with { Since = now.AddDays(1) }));

        store = await place.ReopenAsync(store);

        // It is suspended since the first time.
        Assert.Equal([field with { Path = "name.given" }, field], await store.ListSuspendedFieldsAsync(1, default));
        Assert.Equal(["name.given", "title"], (await store.FindDeliveriesAsync([1], default))[0].ErrorFields);
        await store.CommitAsync(step => step.Resumed.Add(new(1, field.Path, now)));
        Assert.Single(await store.ListSuspendedFieldsAsync(1, default));
        Assert.Equal([1], (await store.LoadDueDeliveriesAsync(1, DeliveryState.Planned, All, All, 10, default)).Select(static one => one.Delivery.Id));
        Assert.Empty(await store.LoadDueDeliveriesAsync(2, DeliveryState.Planned, All, All, 10, default));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task ASchemaIsKeptAsItWasTold(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.RegisterStreamsAsync([new("crm", "contacts")], default);
        Assert.Null(await store.LoadSchemaAsync(1, default));
        SourceField[] fields = [new("Id", "id"), new("Phone", "text", IsRequired: true, IsReadable: false, IsWritable: false)];
        await store.CommitAsync(step => step.Schemas.Add(new(1, fields)));

        store = await place.ReopenAsync(store);

        Assert.Equal(fields, await store.LoadSchemaAsync(1, default));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task ADeadLetterThatMayHaveBeenAppliedCountsAsAnOpenCreate(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.CommitAsync(static step =>
        {
            step.GoldenRecords.AddRange(Enumerable.Range(1, 2).Select(static id => Some.Golden(id)));
            step.Deliveries.Add(Some.Delivery(1, 1) with { State = DeliveryState.Dead, Sending = FieldMap.From([new("kind", FieldValue.Text("person"))]) });
            step.Deliveries.Add(Some.Delivery(2, 2) with { State = DeliveryState.Dead, Sending = null });
        });

        Assert.Equal([1], await store.ListOpenCreatesAsync(1, default));
        await store.DisposeAsync();
    }

    private static ReceivedEvent Event(int stream, byte number, DateTimeOffset at) => new(stream, new((UInt128)number), at, [number, 2, 3]);
}
