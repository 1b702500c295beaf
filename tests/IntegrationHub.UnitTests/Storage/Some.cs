using System.Text;
using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.UnitTests.Storage;

/// <summary>Rows whose details do not matter, and the short way to commit them.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Time = new(2026, 3, 1, 9, 30, 0, 123, TimeSpan.Zero);

    /// <summary>One value of each kind, with the texts that break careless code.</summary>
    public static readonly FieldValue[] Values =
    [
        FieldValue.Empty, FieldValue.Text("Ada \"Łucja\" 李雷 \u202Eabc 👩‍🚀\n\\ \u0001"), FieldValue.Text("e"), FieldValue.Text("@"), FieldValue.Number(1234567890.123456789m),
        FieldValue.Number(-0.5m), FieldValue.Boolean(true), FieldValue.Boolean(false), FieldValue.Set(["b", "a", "ä,\"x\""]),
    ];

    public static SourceRecord Record(long id, int stream = 1, string? key = null) => new()
    {
        Id = id,
        Stream = stream,
        Key = key ?? $"key-{id}",
        KeyDigest = Digest(key ?? $"key-{id}"),
        Raw = """{"a":1}"""u8.ToArray(),
        ContentDigest = Digest($"content-{id}"),
        FirstLandedAt = Time,
        LandedAt = Time,
        DueAt = Time,
        Run = 7,
    };

    public static GoldenRecord Golden(long id) => new()
    {
        Id = id,
        Entity = "customer",
        Version = 1,
        Fields = [new("name.given", FieldValue.Text("Ada"), 1, Time, "mostRecent")],
    };

    public static PendingDelivery Delivery(long id, long golden, int stream = 1) => new()
    {
        Id = id,
        Stream = stream,
        GoldenId = golden,
        Correlation = $"ih-aaaaaaaaaa{id:000}",
        DueAt = Time,
        Wanted = 1,
    };

    public static AuditEntry Entry(string action) => new() { At = Time, Actor = "hub", Action = action, Object = "customer/1", Outcome = "done" };

    public static Digest Digest(string text) => new KeyedDigests(new byte[32]).Of("test", text);

    public static StepChanges Step(Action<StepChanges> fill)
    {
        var changes = new StepChanges();
        fill(changes);
        return changes;
    }

    public static async Task<Lease> LeaseAsync(this IStore store, string name = "work") =>
        await store.TryAcquireLeaseAsync(name, "test", TimeSpan.FromHours(1), CancellationToken.None) ?? throw new InvalidOperationException("The lease is taken.");

    public static async Task CommitAsync(this IStore store, Action<StepChanges> fill) =>
        await store.CommitAsync(await store.LeaseAsync(), Step(fill), CancellationToken.None);

    public static async Task<SourceRecord> RecordAsync(this IStore store, long id) =>
        (await store.LoadRecordsAsync([id], withRaw: true, CancellationToken.None)).Single();

    /// <summary>Field states of every shape: seen, own and base each absent or with every kind of value.</summary>
    public static FieldStates States()
    {
        var states = new List<FieldState>();
        FieldValue?[] options = [null, .. Values.Select(static value => (FieldValue?)value)];
        foreach (var seen in options)
        {
            foreach (var own in options)
            {
                states.Add(new($"f{states.Count:0000}.a", seen, own is { } said ? new(said, Time) : null, null));
                states.Add(new($"f{states.Count:0000}.b", seen, own is { } older ? new(older, Time.AddDays(-1)) : null, new(Values[1], FieldValue.Empty)));
                if (own is { } agreed)
                    states.Add(new($"f{states.Count:0000}.c", seen, null, new(agreed, agreed)));
                if (own is { } whole)
                    states.Add(new($"f{states.Count:0000}.d", whole, new(whole, Time), new(whole, whole)));
            }
        }

        return FieldStates.From(states);
    }

    /// <summary>Everything that a record says, as one text to compare.</summary>
    public static string Text(SourceRecord record)
    {
        var text = new StringBuilder();
        text.AppendJoin('|', record.Id, record.Stream, record.KeyDigest, record.Key, record.Stage, record.GoldenId, record.ContentDigest, record.Modified?.ToString("O"),
            record.FirstLandedAt.ToString("O"), record.LandedAt.ToString("O"), record.DueAt.ToString("O"), record.Version, record.Removal, record.RemovedAt?.ToString("O"),
            record.LandedDeleted, record.JoinedBy, record.IsRematchDue, record.Created?.ToString("O"), record.LandedCreated?.ToString("O"), record.MergedInto, record.IsSurplus,
            record.Run, record.Raw is null ? "no raw" : Convert.ToHexString(record.Raw)).AppendLine();
        foreach (var state in record.Fields.AsSpan())
            text.AppendJoin('|', state.Path, Text(state.Seen), Text(state.Own?.Value), state.Own?.At.ToString("O"), Text(state.Base?.Theirs), Text(state.Base?.Ours)).AppendLine();
        foreach (var fix in record.Fixes)
            text.AppendJoin('|', fix.Path, Text(fix.Value), Text(fix.InsteadOf)).AppendLine();
        return text.AppendJoin('|', record.MatchKeys).ToString();
    }

    public static string Text(GoldenRecord golden)
    {
        var text = new StringBuilder().AppendJoin('|', golden.Id, golden.Entity, golden.Version, golden.Status, golden.MergedInto).AppendLine();
        foreach (var field in golden.Fields)
            text.AppendJoin('|', field.Path, Text(field.Value), field.RecordId, field.At.ToString("O"), field.Rule).AppendLine();
        foreach (var pinned in golden.Overrides)
            text.AppendJoin('|', pinned.Path, Text(pinned.Value), pinned.At.ToString("O")).AppendLine();
        foreach (var held in golden.Held)
            text.AppendJoin('|', held.Path, Text(held.Value)).AppendLine();
        return text.ToString();
    }

    private static string Text(FieldValue? value) => value is { } some ? $"{some.Kind}:{some.AsText}" : "absent";
}
