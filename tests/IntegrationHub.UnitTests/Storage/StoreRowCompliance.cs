using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;
using Xunit;

namespace IntegrationHub.UnitTests.Storage;

/// <summary>What any store must do: giving back every row as it was written.</summary>
public sealed class StoreRowCompliance
{
    public static TheoryData<string> Stores => StoreCompliance.Stores;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task ASourceRecordComesBackAsItWasWritten(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.CommitAsync(static step => step.Landed.Add(new(Some.Record(1, key: "李\u202E\"key\" 👩‍🚀"))));
        var written = (await store.RecordAsync(1)) with
        {
            Stage = RecordStage.Quarantined,
            GoldenId = 17,
            ContentDigest = Some.Digest("other"),
            Raw = """{"given":"Łucja 李雷 👩‍🚀"}"""u8.ToArray(),
            Modified = Some.Time.AddSeconds(1),
            LandedAt = Some.Time.AddSeconds(2),
            DueAt = Some.Time.AddSeconds(3),
            Version = "W/\"7\"",
            Removal = Removal.ByHub,
            RemovedAt = Some.Time.AddSeconds(4),
            LandedDeleted = true,
            Fields = Some.States(),
            Fixes = [.. Some.Values.Select(static (value, i) => new Fix($"fixed{i}", value, i % 2 == 0 ? null : value))],
            MatchKeys = [Some.Digest("a"), Some.Digest("b")],
            JoinedBy = Some.Digest("a"),
            IsRematchDue = true,
            Created = Some.Time.AddSeconds(-9),
            LandedCreated = Some.Time.AddSeconds(-8),
            MergedInto = Some.Digest("survivor"),
            IsSurplus = true,
            Run = 99,
        };
        await store.CommitAsync(step => step.SourceRecords.Add(written));
        store = await place.ReopenAsync(store);

        var read = await store.RecordAsync(1);

        Assert.Equal(Some.Text(written), Some.Text(read));
        Assert.Equal(written.Revision + 1, read.Revision);
        Assert.Null((await store.LoadRecordsAsync([1], withRaw: false, CancellationToken.None)).Single().Raw);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task APayloadThatWasNotLoadedIsKept(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.CommitAsync(static step => step.Landed.Add(new(Some.Record(1))));

        var loaded = (await store.LoadRecordsAsync([1], withRaw: false, CancellationToken.None)).Single();
        await store.CommitAsync(step => step.SourceRecords.Add(loaded with { Stage = RecordStage.Linked }));

        Assert.Equal(Some.Record(1).Raw, (await store.RecordAsync(1)).Raw);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task ALandedPageReplacesWhatTheSystemSaysAndKeepsWhatTheHubKnows(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.CommitAsync(static step => step.SourceRecords.Add(Some.Record(1) with
        {
            Stage = RecordStage.Linked, GoldenId = 5, Fields = Some.States(), MatchKeys = [Some.Digest("a")], JoinedBy = Some.Digest("a"),
        }));
        var later = Some.Time.AddHours(1);

        await store.CommitAsync(step => step.Landed.Add(new(Some.Record(1) with { Revision = 1, Raw = "{}"u8.ToArray(), LandedAt = later, DueAt = later, FirstLandedAt = later })));

        var record = await store.RecordAsync(1);
        Assert.Equal((RecordStage.Landed, 5L, Some.Time, later), (record.Stage, record.GoldenId, record.FirstLandedAt, record.LandedAt));
        Assert.Equal("{}"u8.ToArray(), record.Raw);
        Assert.Equal(Some.States().Count, record.Fields.Count);
        Assert.Equal([Some.Digest("a")], record.MatchKeys);
        var landed = await store.FindLandedAsync(1, [record.KeyDigest, Some.Digest("nobody")], CancellationToken.None);
        Assert.Equal(new LandedBefore(1, record.ContentDigest, record.PriorDigest, record.LandedAt, false, 2), Assert.Single(landed).Value);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task AGoldenRecordComesBackAsItWasWritten(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.CommitAsync(static step => step.GoldenRecords.Add(Some.Golden(1)));
        var written = Some.Golden(1) with
        {
            Revision = 1,
            Version = 4,
            Status = GoldenStatus.Deleted,
            Fields = [.. Some.Values.Select(static (value, i) => new GoldenField($"f{i}", value, i, Some.Time.AddSeconds(i), "mostRecent"))],
            Overrides = [.. Some.Values.Select(static (value, i) => new Override($"o{i}", value, Some.Time.AddSeconds(i)))],
            Held = [.. Some.Values.Select(static (value, i) => new HeldField($"h{i}", value)), new("absent", null)],
        };
        await store.CommitAsync(step => step.GoldenRecords.Add(written));
        store = await place.ReopenAsync(store);

        var read = (await store.LoadClustersAsync([1], CancellationToken.None))[1].Golden;

        Assert.Equal(Some.Text(written), Some.Text(read));
        Assert.Equal(2, read.Revision);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task ADeliveryComesBackAsItWasWritten(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.CommitAsync(static step => step.Deliveries.Add(Some.Delivery(1, 2)));
        var written = Some.Delivery(1, 2) with
        {
            Revision = 1,
            SourceRecordId = 3,
            State = DeliveryState.Dead,
            Operation = DeliveryOperation.Delete,
            YieldPath = "emails[type=work].value",
            Wanted = 8,
            Sent = 7,
            DueAt = Some.Time.AddDays(1),
            AttemptedAt = Some.Time.AddHours(1),
            Attempts = 3,
            EffectKey = "effect",
            ErrorCode = "sql.23502",
            ErrorMessage = "The column 'x' takes no null.",
            Sending = FieldMap.From(Some.Values.Select(static (value, i) => new Field($"f{i}", value))),
        };
        await store.CommitAsync(step => step.Deliveries.Add(written));
        store = await place.ReopenAsync(store);

        var read = Assert.Single(await store.FindDeliveriesAsync([2], CancellationToken.None));

        Assert.Equal(written with { Revision = 2 }, read);
        Assert.Equal(read, await ((IStoreQueries)store).FindDeliveryAsync(1, CancellationToken.None));
        Assert.Empty(await store.FindByCorrelationAsync([written.Correlation], CancellationToken.None));
        await store.CommitAsync(step => step.Deliveries.Add(read with { SourceRecordId = 0 }));
        Assert.Single(await store.FindByCorrelationAsync([written.Correlation], CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task ProgressComesBackAsItWasWritten(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var numbers = await store.RegisterStreamsAsync([new("crm", "people"), new("crm", "leads")], CancellationToken.None);
        var number = numbers[new("crm", "leads")];
        var written = (await store.LoadProgressAsync(number, CancellationToken.None)) with
        {
            Checkpoint = "2026-03-01 Łucja",
            InitialReadDone = true,
            FullReadDue = true,
            LastReadAt = Some.Time,
            LastWholeReadAt = Some.Time.AddMinutes(-1),
            NextReadAt = Some.Time.AddMinutes(1),
            Failures = 3,
            ErrorCode = "rest.401",
            ErrorMessage = "Authorise again.",
            IsBlocked = true,
            HeldDeletes = 12,
            DeletesReleased = true,
        };
        await store.CommitAsync(step => step.Progress = written);
        store = await place.ReopenAsync(store);

        Assert.Equal(numbers, await store.RegisterStreamsAsync([new("crm", "people"), new("crm", "leads")], CancellationToken.None));
        Assert.Equal(written with { Revision = written.Revision + 1 }, await store.LoadProgressAsync(number, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task FindingsComeBackAsTheyWereWritten(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var conflict = new Conflict
        {
            Id = 1, GoldenId = 2, Path = "name.given", State = ConflictState.Open, At = Some.Time, Base = Some.Values[1], Rule = "manual",
            Left = new(3, Some.Values[4], Some.Time.AddSeconds(1)), Right = new(4, null, Some.Time.AddSeconds(2)),
        };
        var problem = new Problem("emails[type=work].value", "email", "text of 3: a3", "An address. 李");
        await store.CommitAsync(step =>
        {
            step.Conflicts.Add(conflict);
            step.Quarantined.Add(new(5, 1, "validate", [problem], Some.Time, 1));
            step.Decisions.Add(new(9, 7, true, "ada", Some.Time));
            step.Audit.Add(Some.Entry("golden.changed") with { System = "crm/people", Reason = "a \"b\" \n", Before = "00", After = "ff", Correlation = "run/1", Configuration = "abc", Attempt = 3 });
        });
        await store.CommitAsync(step =>
        {
            step.Conflicts.Add(conflict with { State = ConflictState.Settled, Winner = 3, Rule = "steward" });
            step.Quarantined.Add(new(5, 1, "map", [problem, problem], Some.Time.AddDays(1), 1));
            step.Decisions.Add(new(7, 9, false, "bob", Some.Time.AddDays(1)));
        });
        store = await place.ReopenAsync(store);
        var queries = (IStoreQueries)store;

        Assert.Equal(conflict with { State = ConflictState.Settled, Winner = 3, Rule = "steward" }, await queries.FindConflictAsync(1, CancellationToken.None));
        var entry = (await queries.FindQuarantineAsync(5, CancellationToken.None))!;
        Assert.Equal(("map", Some.Time, 2, 2), (entry.Step, entry.Since, entry.Attempts, entry.Problems.Count));
        Assert.Equal(problem, entry.Problems[0]);
        Assert.Equal([new(7, 9, false, "bob", Some.Time.AddDays(1))], await store.FindDecisionsAsync([9], CancellationToken.None));
        var audited = Assert.Single(await queries.ListAuditAsync(new(), null, 10, CancellationToken.None));
        Assert.Equal(
            Some.Entry("golden.changed") with { System = "crm/people", Reason = "a \"b\" \n", Before = "00", After = "ff", Correlation = "run/1", Configuration = "abc", Attempt = 3 }, audited.Entry);

        await store.CommitAsync(static step => step.Released.Add(5));
        Assert.Null(await queries.FindQuarantineAsync(5, CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task TheConfigurationOfAnEntityComesBackAsItWasWritten(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        Assert.Equal(new("customer", null, null), await store.LoadEntityConfigurationAsync("customer", CancellationToken.None));

        await store.CommitAsync(static step => step.EntityConfigurations.Add(new("customer", "abc", 17)));
        await store.CommitAsync(static step => step.EntityConfigurations.Add(new("lead", "def", null)));
        store = await place.ReopenAsync(store);

        Assert.Equal(new("customer", "abc", 17), await store.LoadEntityConfigurationAsync("customer", CancellationToken.None));
        Assert.Equal(new("lead", "def", null), await store.LoadEntityConfigurationAsync("lead", CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task WhatWaitsForItsSurvivorIsFoundByIt(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        var survivor = Some.Digest("survivor");
        await store.CommitAsync(step => step.Landed.AddRange(
        [
            new(Some.Record(1) with { LandedDeleted = true, MergedInto = survivor }),
            new(Some.Record(2) with { LandedDeleted = true, MergedInto = survivor }),
            new(Some.Record(3) with { LandedDeleted = true, MergedInto = Some.Digest("other") }),
            new(Some.Record(4)),
        ]));
        await store.CommitAsync(step => step.SourceRecords.Add(Some.Record(5, stream: 2) with { MergedInto = survivor }));
        var done = await store.RecordAsync(2);
        await store.CommitAsync(step => step.SourceRecords.Add(done with { Stage = RecordStage.Linked, Removal = Removal.Merged }));

        Assert.Equal([1], await store.FindMergingAsync(1, [survivor, Some.Digest("nobody")], CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task OpenConflictsGoWithTheSideThatTheyAreAbout(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        static Conflict On(long id, long golden, string path, ConflictState state) => new()
        {
            Id = id, GoldenId = golden, Path = path, State = state, At = Some.Time, Rule = "manual", Left = new(1, null, Some.Time), Right = new(2, null, Some.Time),
        };
        await store.CommitAsync(step =>
        {
            step.GoldenRecords.AddRange([Some.Golden(1), Some.Golden(2) with { Status = GoldenStatus.Merged, MergedInto = 1 }, Some.Golden(3)]);
            step.Conflicts.AddRange([
                On(1, 1, "city", ConflictState.Open), On(2, 2, "city", ConflictState.Open), On(3, 1, "city", ConflictState.Decided), On(4, 1, "phone", ConflictState.Open),
                On(5, 3, "phone", ConflictState.Open),
            ]);
        });

        await store.CommitAsync(static step => step.ConflictMoves.AddRange([new(1, "city", 9), new(1, "phone", 0)]));

        var conflicts = (await ((IStoreQueries)store).ListConflictsAsync(FindingFilter.None, new(0, 10), CancellationToken.None))
            .Select(static one => (one.Id, one.GoldenId, one.State, one.Rule));
        Assert.Equal(
            [
                (1, 9, ConflictState.Open, "manual"), (2, 9, ConflictState.Open, "manual"), (3, 1, ConflictState.Decided, "manual"), (4, 1, ConflictState.Settled, "split"),
                (5, 3, ConflictState.Open, "manual"),
            ],
            conflicts);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task ARetiredKeyIsFreeForAnotherRecordInTheSameStep(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.CommitAsync(static step => step.SourceRecords.Add(Some.Record(1, key: "1001")));

        await store.CommitAsync(static step =>
        {
            step.RetiredKeys.Add(new(1, Some.Digest("retired/1")));
            step.SourceRecords.Add(Some.Record(2, key: "1001"));
        });

        var landed = await store.FindLandedAsync(1, [Some.Digest("1001")], CancellationToken.None);
        Assert.Equal(2, landed[Some.Digest("1001")].Id);
        Assert.Equal("1001", (await store.RecordAsync(1)).Key);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task APauseOutlivesTheStore(string kind)
    {
        await using var place = StorePlace.Of(kind);
        var store = place.Open();
        await store.RegisterStreamsAsync([new("shop", "people"), new("crm", "people")], CancellationToken.None);
        await store.CommitAsync(static step => step.Pauses.AddRange([new("shop", true), new("crm", true)]));
        store = await place.ReopenAsync(store);
        await store.RegisterStreamsAsync([new("shop", "people")], CancellationToken.None);

        Assert.Equal(["crm", "shop"], await store.ListPausedConnectionsAsync(CancellationToken.None));
        await store.CommitAsync(static step => step.Pauses.Add(new("crm", false)));
        Assert.Equal(["shop"], await store.ListPausedConnectionsAsync(CancellationToken.None));
    }
}
