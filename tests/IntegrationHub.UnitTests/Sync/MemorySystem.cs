using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;

namespace IntegrationHub.UnitTests.Sync;

/// <summary>An accepted effect: the witness outside the hub.</summary>
internal sealed record Effect(DeliveryOperation Operation, string Key, string Fields);

/// <summary>A small system in memory with one stream, <c>people</c>: records in order of their last change, a ledger of what it accepted from the
/// hub, and switches for the ways in which systems go wrong.</summary>
internal sealed class MemorySystem(string prefix, TimeProvider clock) : IConnector, ISourceConnector, ITargetConnector, ILookBack, ISchemaSource
{
    private readonly List<(string Key, JsonObject Fields, DateTimeOffset At, bool IsDeleted, int Version)> rows = [];
    private readonly HashSet<string> hidden = [];
    private readonly Dictionary<string, string> mergedInto = [];
    private readonly Dictionary<string, DateTimeOffset> created = [];
    private int lastKey;

    public List<Effect> Ledger { get; } = [];

    public StreamTraits Traits { get; set; } = new() { Deletes = DeleteDetection.Shown, WriteBatchMax = 100 };

    public int PageSize { get; set; } = 100;

    /// <summary>Looks at each delivery before it is applied; an outcome other than null is the answer, and nothing is applied.</summary>
    public Func<Delivery, DeliveryResult?> Refuse { get; set; } = static _ => null;

    /// <summary>What the system makes of what it is given, for instance another case.</summary>
    public Action<JsonObject> Normalise { get; set; } = static _ => { };

    /// <summary>Called after the batch is applied and before the answer: throw to lose the answer.</summary>
    public Action AfterWrite { get; set; } = static () => { };

    /// <summary>What becomes of the results on their way back: another order, lost ids.</summary>
    public Func<IReadOnlyList<DeliveryResult>, IReadOnlyList<DeliveryResult>> Answer { get; set; } = static results => results;

    public Action BeforeWrite { get; set; } = static () => { };

    /// <summary>Called when records are looked up: throw to make the look-up fail.</summary>
    public Action BeforeFind { get; set; } = static () => { };

    /// <summary>What else goes on while a write is under way, before the system takes it and after.</summary>
    public Func<bool, Task> Meanwhile { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called with the number of each page before it is given.</summary>
    public Action<int> BeforePage { get; set; } = static _ => { };

    /// <summary>What else goes on between the moment at which the next page is put together and the one at which it is given.</summary>
    public Func<Task>? HoldPage { get; set; }

    /// <summary>Whether writes compare what they replace, as a careful system does.</summary>
    public bool ComparesExpected { get; set; } = true;

    /// <summary>Writes that name another version than the record has are refused, without a word about the record; those that name none are not.</summary>
    public bool ComparesVersion { get; set; }

    /// <summary>Whether pages show versions; look-ups always do.</summary>
    public bool PagesShowVersion { get; set; } = true;

    /// <summary>A field of which no two live records may have the same value.</summary>
    public string? Unique { get; set; }

    /// <summary>Whether records carry the time at which they were made.</summary>
    public bool ShowsCreated { get; set; }

    /// <summary>A write to a record that is gone finds nothing (404, 410); else the answer says that it is deleted.</summary>
    public bool MissesDeleted { get; set; }

    /// <summary>Asked for a record that was merged away, or told to write to it, takes the survivor instead.</summary>
    public bool FollowsMerges { get; set; }

    /// <summary>Gives the same first page again and again.</summary>
    public bool PagesForEver { get; set; }

    /// <summary>How late a row becomes visible, by its key; none by default.</summary>
    public Func<string, TimeSpan> VisibleAfter { get; set; } = static _ => TimeSpan.Zero;

    /// <summary>What of a record reads and look-ups show, for instance without a field that may not be read.</summary>
    public Action<JsonObject> Shape { get; set; } = static _ => { };

    /// <summary>What a list shows instead of a row; null shows it as it is.</summary>
    public Func<RawRecord, RawRecord> Listed { get; set; } = static record => record;

    /// <summary>Looks at a whole batch before anything of it is applied: a refusal of all.</summary>
    public Func<IReadOnlyList<Delivery>, ConnectorException?> RefuseBatch { get; set; } = static _ => null;

    /// <summary>What becomes of the answer of a look-up on its way back.</summary>
    public Func<IReadOnlyList<FoundRecord>, IReadOnlyList<FoundRecord>> Found { get; set; } = static found => found;

    /// <summary>The system's own clock, as its answers tell it; null when they do not.</summary>
    public Func<DateTimeOffset>? SystemClock { get; set; }

    /// <summary>The fields as the system describes them; it describes none by default.</summary>
    public IReadOnlyList<SourceField> Schema { get; set; } = [];

    /// <summary>What else goes on while the system is asked for its fields.</summary>
    public Func<Task> BeforeDescribe { get; set; } = static () => Task.CompletedTask;

    /// <summary>Checkpoints are no longer understood: whoever comes with one is refused.</summary>
    public bool LosesPositions { get; set; }

    /// <summary>Never answers a read, whatever it is told.</summary>
    public bool Hangs { get; set; }

    /// <summary>Shows and finds nothing, as a file that an export has just emptied.</summary>
    public bool IsEmptied { get; set; }

    /// <summary>How long look-ups by correlation do not show a new record.</summary>
    public TimeSpan ShowsAfter { get; set; }

    /// <summary>Whether records carry a time of modification.</summary>
    public bool ShowsModified { get; set; } = true;

    /// <summary>A write waits for this before it does anything, whatever it is told; null does not wait.</summary>
    public Task? Hold { get; set; }

    /// <summary>The write that was begun last.</summary>
    public Task Writing { get; private set; } = Task.CompletedTask;

    public int WriteCalls { get; private set; }

    public IReadOnlyList<JsonObject> Live => [.. rows.Where(static row => !row.IsDeleted).Select(static row => row.Fields)];

    public IReadOnlyList<string> LiveKeys => [.. rows.Where(static row => !row.IsDeleted).Select(static row => row.Key)];

    public JsonObject this[string key] => rows.Single(row => row.Key == key).Fields;

    public string Create(string json, DateTimeOffset? at = null)
    {
        var key = $"{prefix}{++lastKey}";
        rows.Add((key, Parse(json), at ?? clock.GetUtcNow(), false, 1));
        created[key] = clock.GetUtcNow();
        return key;
    }

    /// <summary>Leaves a record out of pages, as an index that is late; look-ups show it.</summary>
    public void Hide(string key) => hidden.Add(key);

    /// <summary>Shows a hidden record as if it had changed just now.</summary>
    public void Show(string key)
    {
        hidden.Remove(key);
        Edit(key, "{}");
    }

    /// <summary>A user makes one record of two: the loser is gone from then on.</summary>
    /// <param name="isTold">Whether reads say into which record; else they show a deletion.</param>
    public void Merge(string loser, string survivor, bool isTold = true)
    {
        if (isTold)
            mergedInto[loser] = survivor;
        if (LiveKeys.Contains(loser))
            Delete(loser);
        else
            Edit(loser, "{}");
    }

    /// <summary>What was deleted, or merged away, is there again as it was.</summary>
    public void Undelete(string key)
    {
        var row = rows.Single(row => row.Key == key);
        rows.Remove(row);
        mergedInto.Remove(key);
        rows.Add((key, row.Fields, clock.GetUtcNow(), false, row.Version + 1));
    }

    /// <summary>The system gives a key to another record.</summary>
    public void Reuse(string key, string json)
    {
        rows.RemoveAll(row => row.Key == key);
        rows.Add((key, Parse(json), clock.GetUtcNow(), false, 1));
        created[key] = clock.GetUtcNow();
    }

    public void Edit(string key, string json, DateTimeOffset? at = null)
    {
        var index = rows.FindIndex(row => row.Key == key);
        var row = rows[index];
        rows.RemoveAt(index);
        rows.Add((key, Merge(row.Fields, Parse(json)), at ?? clock.GetUtcNow(), row.IsDeleted, row.Version + 1));
    }

    /// <summary>Changes a record behind the system's back: no time and no version moves.</summary>
    public void Drift(string key, string json)
    {
        var index = rows.FindIndex(row => row.Key == key);
        rows[index] = rows[index] with { Fields = Merge(rows[index].Fields, Parse(json)) };
    }

    /// <summary>A record is gone without a trace.</summary>
    public void DriftAway(string key) => rows.RemoveAll(row => row.Key == key);

    public void Delete(string key, DateTimeOffset? at = null)
    {
        var row = rows.Single(row => row.Key == key);
        rows.Remove(row);
        if (Traits.Deletes == DeleteDetection.Shown)
            rows.Add((key, row.Fields, at ?? clock.GetUtcNow(), true, row.Version + 1));
    }

    public Checkpoint LookBack(string stream, Checkpoint checkpoint, TimeSpan by)
    {
        var at = DateTimeOffset.Parse(checkpoint.Value);
        return at.UtcTicks < by.Ticks ? checkpoint : new((at - by).ToString("O"));
    }

    /// <summary>Removes a record without a trace, as a system does that keeps no deleted records.</summary>
    public void Forget(string key) => rows.RemoveAll(row => row.Key == key);

    public async Task<IReadOnlyList<SourceField>> DescribeFieldsAsync(string stream, CancellationToken cancellationToken)
    {
        await BeforeDescribe();
        return Schema;
    }

    public StreamTraits Describe(string stream) => Traits;

    public Task<IReadOnlyList<string>> ProbeAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public async IAsyncEnumerable<SourcePage> ReadAsync(string stream, Checkpoint? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (LosesPositions && after is not null)
            throw new ConnectorException(FailureKind.Transient, "test.expired", "The position has expired.") { IsPositionLost = true };
        var from = Traits.Deletes == DeleteDetection.ByAbsence || after is null ? DateTimeOffset.MinValue : DateTimeOffset.Parse(after.Value);
        var changed = rows.Where(row => row.At >= from && row.At + VisibleAfter(row.Key) <= clock.GetUtcNow() && !IsEmptied && !hidden.Contains(row.Key))
            .OrderBy(static row => row.At).ToArray();
        for (var start = 0; ; start += PagesForEver ? 0 : PageSize)
        {
            BeforePage(start / PageSize);
            if (Hangs)
                await new TaskCompletionSource().Task;
            var page = changed.Skip(start).Take(PageSize).ToArray();
            var isLast = start + PageSize >= changed.Length && !PagesForEver;
            var checkpoint = new Checkpoint((page.Length > 0 ? page[^1].At : from).ToString("O"));
            var end = !isLast ? ReadEnd.More : from == DateTimeOffset.MinValue ? ReadEnd.Complete : ReadEnd.CaughtUp;
            RawRecord[] shown = [.. page.Select(row => Listed(ToRecord(row))).Select(record => PagesShowVersion ? record : record with { Version = null })];
            if (HoldPage is { } hold)
                await hold();
            yield return new(shown, checkpoint, end) { SystemTime = SystemClock?.Invoke() };
            if (isLast)
                yield break;
            await Task.CompletedTask;
        }
    }

    public Task<IReadOnlyList<DeliveryResult>> WriteAsync(string stream, IReadOnlyList<Delivery> batch, CancellationToken cancellationToken)
    {
        var writing = WriteAsync(batch);
        Writing = writing;
        return writing;
    }

    private async Task<IReadOnlyList<DeliveryResult>> WriteAsync(IReadOnlyList<Delivery> batch)
    {
        WriteCalls++;
        BeforeWrite();
        if (RefuseBatch(batch) is { } refusal)
            throw refusal;
        if (Hold is { } hold)
            await hold;
        await Meanwhile(false);
        var results = batch.Select(Apply).Reverse().ToArray();
        await Meanwhile(true);
        AfterWrite();
        return Answer(results);
    }

    public Task<IReadOnlyList<FoundRecord>> FindAsync(string stream, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken)
    {
        BeforeFind();
        return Task.FromResult(Found([.. references.Select(reference => new FoundRecord(reference, Find(reference)))]));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private RawRecord? Find(RecordReference reference)
    {
        if (FollowsMerges && reference.Key is { } asked && mergedInto.TryGetValue(asked, out var survivor))
            reference = new(survivor, null);
        var index = rows.FindIndex(row => reference.Key is null ? Text(row.Fields, "hubId") == reference.Correlation : row.Key == reference.Key);
        var isHidden = index >= 0 && reference.Key is null && clock.GetUtcNow() < rows[index].At + ShowsAfter;
        return index < 0 || isHidden || IsEmptied ? null : ToRecord(rows[index]);
    }

    private DeliveryResult Apply(Delivery delivery)
    {
        if (Refuse(delivery) is { } refusal)
            return refusal;
        var fields = delivery.Fields.IsEmpty ? [] : Parse(delivery.Fields.Span);
        Normalise(fields);
        switch (delivery.Operation)
        {
            case DeliveryOperation.Create when TakenBy(fields, null) is { } holder:
                return new(delivery.Id, DeliveryOutcome.AlreadyExists) { Key = holder, Code = "taken" };
            case DeliveryOperation.Create:
                var key = $"{prefix}{++lastKey}";
                fields["hubId"] = delivery.Correlation;
                rows.Add((key, fields, clock.GetUtcNow(), false, 1));
                created[key] = clock.GetUtcNow();
                return Accept(delivery, key, fields);
            case DeliveryOperation.Delete when !LiveKeys.Contains(delivery.Key):
                return new(delivery.Id, DeliveryOutcome.Missing);
            case DeliveryOperation.Delete:
                Delete(delivery.Key!);
                Ledger.Add(new(delivery.Operation, delivery.Key!, ""));
                return new(delivery.Id, DeliveryOutcome.Applied) { Key = delivery.Key };
            default:
                return Update(delivery, fields);
        }
    }

    private DeliveryResult Update(Delivery delivery, JsonObject fields)
    {
        if (FollowsMerges && mergedInto.TryGetValue(delivery.Key!, out var survivor))
            delivery = delivery with { Key = survivor };
        var index = rows.FindIndex(row => row.Key == delivery.Key);
        if (index < 0 || IsEmptied || (MissesDeleted && rows[index].IsDeleted))
            return new(delivery.Id, DeliveryOutcome.Missing);
        if (rows[index].IsDeleted || (ComparesExpected && !Holds(rows[index].Fields, Parse(delivery.Expected.Span))))
            return new(delivery.Id, DeliveryOutcome.ChangedMeanwhile) { Key = delivery.Key, Record = ToRecord(rows[index]) };
        if (ComparesVersion && delivery.Version is { } version && version != rows[index].Version.ToString())
            return new(delivery.Id, DeliveryOutcome.ChangedMeanwhile) { Key = delivery.Key };
        if (TakenBy(fields, delivery.Key) is { } holder)
            return new(delivery.Id, DeliveryOutcome.AlreadyExists) { Key = holder, Code = "taken" };
        Edit(delivery.Key!, fields.ToJsonString());
        return Accept(delivery, delivery.Key!, fields);
    }

    private DeliveryResult Accept(Delivery delivery, string key, JsonObject fields)
    {
        Ledger.Add(new(delivery.Operation, key, fields.ToJsonString()));
        return new(delivery.Id, DeliveryOutcome.Applied) { Key = key, Record = Find(new(key, null)) };
    }

    private string? TakenBy(JsonObject fields, string? own) => Unique is not null && fields[Unique] is { } value
        ? rows.FirstOrDefault(row => !row.IsDeleted && row.Key != own && JsonNode.DeepEquals(row.Fields[Unique], value)).Key
        : null;

    private static bool Holds(JsonObject held, JsonObject expected) =>
        expected.All(member => JsonNode.DeepEquals(held[member.Key], member.Value));

    private RawRecord ToRecord((string Key, JsonObject Fields, DateTimeOffset At, bool IsDeleted, int Version) row)
    {
        var shown = row.Fields.DeepClone().AsObject();
        shown["id"] = row.Key;
        Shape(shown);
        return new(row.Key, row.IsDeleted ? default : JsonSerializer.SerializeToUtf8Bytes(shown))
        {
            Modified = ShowsModified ? row.At : null,
            Version = row.Version.ToString(),
            IsDeleted = row.IsDeleted,
            MergedInto = mergedInto.GetValueOrDefault(row.Key),
            Created = ShowsCreated ? created[row.Key] : null,
        };
    }

    private static JsonObject Merge(JsonObject held, JsonObject changes)
    {
        var merged = held.DeepClone().AsObject();
        foreach (var (name, value) in changes)
            merged[name] = value?.DeepClone();
        return merged;
    }

    private static string? Text(JsonObject fields, string name) => fields[name]?.GetValue<string>();

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static JsonObject Parse(ReadOnlySpan<byte> json) => JsonNode.Parse(json)!.AsObject();
}
