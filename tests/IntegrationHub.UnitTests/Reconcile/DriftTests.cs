using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.UnitTests.Sync;
using Xunit;

namespace IntegrationHub.UnitTests.Reconcile;

/// <summary>Random drift of every kind, in the system and in the hub's own rows, over all mapped fields: found exactly, of the right kind, in the right fields, and gone
/// after a repair.</summary>
public sealed class DriftTests
{
    private const string Mapping = """
        {
          "connector": "memory", "stream": "people", "entity": "customer", "key": "id", "correlation": "hubId",
          "fields": [
            { "canonical": "kind", "const": "person" },
            { "source": "given", "canonical": "name.given" },
            { "source": "family", "canonical": "name.family" },
            { "source": "email", "canonical": "emails[type=work].value" },
            { "source": "phone", "canonical": "phones[type=work].value" },
            { "source": "title", "canonical": "organisation.role" },
            { "source": "city", "canonical": "addresses[type=mailing].city" },
            { "source": "status", "canonical": "status" }
          ]
        }
        """;

    private static readonly (string Field, string Path)[] Mapped =
    [
        ("given", "name.given"), ("family", "name.family"), ("email", "emails[type=work].value"), ("phone", "phones[type=work].value"), ("title", "organisation.role"),
        ("city", "addresses[type=mailing].city"), ("status", "status"),
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task DriftIsFoundExactlyAndGoneAfterARepair(int seed)
    {
        var random = new Random(seed);
        await using var hub = new HubHarness();
        var a = hub.Add("a", static stream => stream with { Mapping = HubHarness.Compile(Mapping), Filters = [new("not-hidden", Directions.In, [new("status", null, new HashSet<string> { "inactive" }, null)])] });
        var b = hub.Add("b");
        for (var i = 0; i < 60; i++)
            (i % 3 == 0 ? b : a).Create(Person(i));
        a.Create(Person(100, email: "no address"));
        a.Create("""{ "given": "Hid", "family": "Den", "email": "hidden@example.org", "status": "inactive" }""");
        // Two of one customer, which is no drift and is named all the same.
        var twin = a.Create(Person(1));
        await hub.SettleAsync();
        var expected = new List<string> { ReconcileHub.Line(DifferenceKind.DuplicateInSystem, twin) };
        Assert.Equal(expected, await hub.FoundAsync(await hub.ReconcileAsync("a")));

        var linked = (await hub.RecordsOfAsync("a")).Where(static record => record.Stage == RecordStage.Linked).Where(record => record.Key != twin && !a[record.Key]["email"]!.GetValue<string>().StartsWith("p1@", StringComparison.Ordinal))
            .OrderBy(_ => random.Next()).ToArray();
        var kinds = Enum.GetValues<Drift>().Concat(Enumerable.Range(0, 8).Select(_ => Enum.GetValues<Drift>()[random.Next(Enum.GetValues<Drift>().Length)])).ToArray();
        for (var i = 0; i < kinds.Length; i++)
            expected.Add(await PlantAsync(hub, a, b, linked[i], kinds[i], random, i));

        var found = await hub.ReconcileAsync("a");
        Assert.Equal(expected.Order(StringComparer.Ordinal), await hub.FoundAsync(found));
        Assert.Equal(expected.Count - 1, found.Count("unexplained"));
        Assert.Equal((1L, 1L), (found.Count("quarantined"), found.Count("filtered:not-hidden")));

        Assert.Equal(0, (await hub.ReconcileAsync("a", repairs: true)).Open);
        await hub.SettleAsync();
        foreach (var connection in (string[])["a", "b"])
            Assert.Equal(0, (await hub.ReconcileAsync(connection)).Count("unexplained"));
        await hub.SettleAsync();
    }

    private enum Drift
    {
        Edit,
        EditOfSeveral,
        Clear,
        InvalidEdit,
        EditOutsideMapping,
        Removal,
        Addition,
        StaleSeen,
        LostBase,
        WronglyRemoved,
        LostUpdate,
        LostCreate,
    }

    private static async Task<string> PlantAsync(HubHarness hub, MemorySystem a, MemorySystem b, SourceRecord record, Drift kind, Random random, int number)
    {
        var (field, path) = Mapped[random.Next(Mapped.Length)];
        switch (kind)
        {
            case Drift.Edit:
                a.Drift(record.Key, $$"""{ "{{field}}": "{{Other(field, number)}}" }""");
                return ReconcileHub.Line(DifferenceKind.ChangedUnseen, record.Key, path);
            case Drift.EditOfSeveral:
                a.Drift(record.Key, $$"""{ "city": "Several {{number}}", "title": "Several {{number}}", "given": "Several {{number}}" }""");
                return ReconcileHub.Line(DifferenceKind.ChangedUnseen, record.Key, "addresses[type=mailing].city", "organisation.role", "name.given");
            case Drift.Clear:
                a.Drift(record.Key, """{ "city": null }""");
                return ReconcileHub.Line(DifferenceKind.ChangedUnseen, record.Key, "addresses[type=mailing].city");
            case Drift.InvalidEdit:
                a.Drift(record.Key, """{ "email": "no address" }""");
                return ReconcileHub.Line(DifferenceKind.ChangedUnseen, record.Key);
            case Drift.EditOutsideMapping:
                a.Drift(record.Key, """{ "note": "Nobody maps this." }""");
                return ReconcileHub.Line(DifferenceKind.ChangedOutsideMapping, record.Key);
            case Drift.Removal:
                a.DriftAway(record.Key);
                return ReconcileHub.Line(DifferenceKind.MissingInSystem, record.Key);
            case Drift.Addition:
                return ReconcileHub.Line(DifferenceKind.UnknownToHub, a.Create(Person(1_000 + number), hub.Clock.GetUtcNow().AddYears(-1)));
            case Drift.StaleSeen:
                await PlantAsync(hub, record, path, static state => state with { Seen = FieldValue.Text("Stale") });
                return ReconcileHub.Line(DifferenceKind.BaseOutOfDate, record.Key, path);
            case Drift.LostBase:
                await PlantAsync(hub, record, path, static state => state with { Base = null });
                return ReconcileHub.Line(DifferenceKind.BaseOutOfDate, record.Key, path);
            case Drift.WronglyRemoved:
                await hub.PlantAsync(changes => changes.SourceRecords.Add(record with { Removal = Removal.BySystem, RemovedAt = hub.Clock.GetUtcNow() }));
                return ReconcileHub.Line(DifferenceKind.RemovedInHub, record.Key);
            case Drift.LostUpdate:
                return await LoseUpdateAsync(hub, b, record, number);
            default:
                return await LoseCreateAsync(hub, b, number);
        }
    }

    private static Task PlantAsync(HubHarness hub, SourceRecord record, string path, Func<FieldState, FieldState> change) => hub.PlantAsync(changes => changes.SourceRecords.Add(
        record with { Fields = FieldStates.From(record.Fields.AsSpan().ToArray().Select(state => state.Path == path ? change(state) : state)) }));

    // The customer changes elsewhere, and the delivery of it is taken for done.
    private static async Task<string> LoseUpdateAsync(HubHarness hub, MemorySystem b, SourceRecord record, int number)
    {
        var twin = (await hub.RecordsOfAsync("b")).Single(other => other.GoldenId == record.GoldenId);
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        b.Edit(twin.Key, $$"""{ "city": "Lost {{number}}" }""");
        await hub.ReadAndRefineAsync("b");
        await LoseAsync(hub, (await hub.Store.FindDeliveriesAsync([record.GoldenId], CancellationToken.None)).Single(row => row.SourceRecordId == record.Id));
        return ReconcileHub.Line(DifferenceKind.NotDelivered, record.Key, "addresses[type=mailing].city");
    }

    private static async Task<string> LoseCreateAsync(HubHarness hub, MemorySystem b, int number)
    {
        hub.Clock.Advance(TimeSpan.FromSeconds(1));
        var key = b.Create(Person(2_000 + number));
        await hub.ReadAndRefineAsync("b");
        var golden = (await hub.RecordsOfAsync("b")).Single(record => record.Key == key).GoldenId;
        await LoseAsync(hub, (await hub.Store.FindDeliveriesAsync([golden], CancellationToken.None)).Single());
        return ReconcileHub.Line(DifferenceKind.NotDelivered, null, Mapped.Select(static one => one.Path));
    }

    private static Task LoseAsync(HubHarness hub, PendingDelivery row) => hub.PlantAsync(changes => changes.Deliveries.Add(row with { State = DeliveryState.Settled }));

    private static string Other(string field, int number) => field switch
    {
        "email" => $"drift{number}@example.org",
        "phone" => $"+4420794600{number:00}",
        "status" => "blocked",
        _ => $"Drift {number}",
    };

    private static string Person(int number, string? email = null) =>
        $$"""
        { "given": "Given{{number}}", "family": "Family{{number}}", "email": "{{email ?? $"p{number}@example.org"}}", "phone": "+44207946{{number:0000}}", "title": "Title {{number}}",
          "city": "City {{number}}", "status": "active" }
        """;
}
