using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>How a sandbox system keeps time and index.</summary>
public sealed record SandboxSystemOptions
{
    /// <summary>What times of change are cut to. Default 1 millisecond; a second makes ties usual.</summary>
    public TimeSpan TimeGrain { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How long lists and searches do not show a write. Default none. A read by key shows it at once.</summary>
    public TimeSpan IndexLag { get; init; }

    /// <summary>Whether a write that changes nothing moves time of change and version. Default true, as most systems do.</summary>
    public bool MovesOnNoChange { get; init; } = true;
}

/// <summary>A pretended external system: sets of records with rules, times of change, versions and a ledger of every accepted
/// write. Knows no protocol. Time and chance come in by constructor, nothing waits and nothing hops threads; calls from several
/// threads take turns at one lock.</summary>
public sealed class SandboxSystem
{
    private readonly Dictionary<string, RecordSet> sets;
    private readonly List<LedgerEntry> ledger = [];
    private readonly TimeProvider clock;
    private readonly SandboxSystemOptions options;
    private DateTimeOffset lastModified = DateTimeOffset.MinValue;

    /// <param name="name">Names the system in hosts and populations.</param>
    /// <param name="clock">The only clock.</param>
    /// <param name="seed">For everything that is left to chance.</param>
    /// <param name="recordSets">At least one.</param>
    /// <param name="options">Null takes the defaults.</param>
    public SandboxSystem(
        string name, TimeProvider clock, int seed, IEnumerable<RecordSetDefinition> recordSets, SandboxSystemOptions? options = null)
    {
        Name = name;
        this.clock = clock;
        this.options = options ?? new SandboxSystemOptions();
        IndexLag = this.options.IndexLag;
        Random = new Random(seed);
        sets = recordSets.ToDictionary(set => set.Name, set => new RecordSet(set), StringComparer.Ordinal);
    }

    public string Name { get; }

    /// <summary>The names of the record sets.</summary>
    public IReadOnlyCollection<string> RecordSets => sets.Keys;

    /// <summary>How long lists and searches do not show a write; may be changed while the system runs.</summary>
    public TimeSpan IndexLag { get; set; }

    /// <summary>The current time of the system's clock, uncut.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    internal TimeProvider Clock => clock;

    /// <summary>One request at a time: whoever does several steps that belong together holds this.</summary>
    internal Lock Gate { get; } = new();

    internal Random Random { get; }

    /// <summary>The record set's definition.</summary>
    /// <exception cref="ArgumentException">The system has no such set.</exception>
    public RecordSetDefinition Definition(string recordSet) => Set(recordSet).Definition;

    /// <summary>Stores a new record under the next key.</summary>
    public WriteResult Create(string recordSet, JsonObject fields, Origin origin)
    {
        lock (Gate)
        {
            var set = Set(recordSet);
            var next = set.Rules.Put(set.Rules.Blank(), fields);
            if (Refusal(set, fields, next, ownKey: null) is { } refusal)
                return refusal;
            return StoreNew(set, next, Tick(), origin);
        }
    }

    /// <summary>Puts fields over a record; fields that are not written stay, a null clears.</summary>
    /// <param name="expectedVersion">The version that the writer saw; null writes over any.</param>
    public WriteResult Update(string recordSet, string key, JsonObject fields, Origin origin, long? expectedVersion = null)
    {
        lock (Gate)
        {
            var set = Set(recordSet);
            if (!TryOpen(set, key, origin, expectedVersion, out var current, out var closed))
                return closed;
            var before = current.ToJson();
            var next = set.Rules.Put(before, fields);
            if (Refusal(set, fields, next, key) is { } refusal)
                return refusal;
            var moves = options.MovesOnNoChange || !JsonNode.DeepEquals(before, next);
            var state = moves ? Next(current, next) : current;
            return Stored(set, state, WriteStatus.Updated, "update", Changes(before, next), origin);
        }
    }

    /// <summary>Marks the record deleted, or removes it, as the set's definition has it.</summary>
    public WriteResult Delete(string recordSet, string key, Origin origin, long? expectedVersion = null)
    {
        lock (Gate)
        {
            var set = Set(recordSet);
            if (!TryOpen(set, key, origin, expectedVersion, out var current, out var closed))
                return closed;
            var fields = current.ToJson();
            var changes = set.Definition.SoftDelete ? Changes([], []) : Changes(fields, []);
            var state = Next(current, fields, deleted: true, removed: !set.Definition.SoftDelete);
            return Stored(set, state, WriteStatus.Deleted, "delete", changes, origin);
        }
    }

    /// <summary>Creates as somebody at the system's own screens.</summary>
    public WriteResult CreateAsUser(string recordSet, JsonObject fields) => Create(recordSet, fields, Origin.User);

    /// <summary>Edits as somebody at the system's own screens.</summary>
    public WriteResult EditAsUser(string recordSet, string key, JsonObject fields) => Update(recordSet, key, fields, Origin.User);

    /// <summary>Deletes as somebody at the system's own screens.</summary>
    public WriteResult DeleteAsUser(string recordSet, string key) => Delete(recordSet, key, Origin.User);

    /// <summary>Stores a record from before the rules: normalised, but checked for unique values only.</summary>
    /// <param name="modified">Its time of change; a time after now is taken as now.</param>
    public WriteResult Seed(string recordSet, JsonObject fields, DateTimeOffset modified)
    {
        lock (Gate)
        {
            var set = Set(recordSet);
            var next = set.Rules.Put(set.Rules.Blank(), fields);
            if (set.TryFindDuplicate(next, ownKey: null, out var field, out var existing))
                return new WriteResult(WriteStatus.Duplicate) { DuplicateField = field.Name, ExistingKey = existing };
            var at = SandboxTime.Cut(modified < Now ? modified : Now, options.TimeGrain);
            return StoreNew(set, next, at, Origin.Seed, storedAt: at);
        }
    }

    /// <summary>Drift: changes a record behind the system's back. Neither its time of change nor its version moves, and the ledger says nothing.</summary>
    /// <exception cref="ArgumentException">There is no such record.</exception>
    public void PlantEdit(string recordSet, string key, JsonObject fields)
    {
        lock (Gate)
        {
            var current = Existing(recordSet, key);
            var before = current.ToJson();
            Set(recordSet).Store(Planted(current, Set(recordSet).Rules.Put(before, fields), removed: false));
        }
    }

    /// <summary>Drift: takes a record away behind the system's back, without a trace.</summary>
    /// <exception cref="ArgumentException">There is no such record.</exception>
    public void PlantRemoval(string recordSet, string key)
    {
        lock (Gate)
        {
            var current = Existing(recordSet, key);
            Set(recordSet).Store(Planted(current, current.ToJson(), removed: true));
        }
    }

    /// <summary>Drift: a record that is there without anybody having made it; the ledger says nothing.</summary>
    /// <param name="modified">Its time of change, which readers by time have passed.</param>
    /// <returns>Its key.</returns>
    public string PlantRecord(string recordSet, JsonObject fields, DateTimeOffset modified)
    {
        lock (Gate)
        {
            var set = Set(recordSet);
            var number = set.NextNumber;
            var state = new SandboxRecord(set.Definition.KeyOf(number), number, set.Rules.Put(set.Rules.Blank(), fields), modified) { Version = 1, Created = modified, Modified = modified };
            set.Store(state);
            return state.Key;
        }
    }

    /// <summary>A record by its key, as last written; null when there is none. One deleted softly is there, marked.</summary>
    public SandboxRecord? Get(string recordSet, string key)
    {
        lock (Gate)
            return Set(recordSet).Current(key);
    }

    /// <summary>The record that is not deleted and has this value in a unique field, as last written.</summary>
    public SandboxRecord? FindUnique(string recordSet, string field, string value)
    {
        lock (Gate)
            return Set(recordSet).KeyOf(field, value) is { } key ? Set(recordSet).Current(key) : null;
    }

    /// <summary>Records as the index shows them, in the order of (time of change, number).</summary>
    public RecordPage List(string recordSet, RecordQuery query)
    {
        lock (Gate)
        {
            var shown = Set(recordSet).Indexed(Now - IndexLag)
                .Where(record => query.ModifiedFrom is not { } from || record.Modified >= from)
                .Where(record => query.After is not { } after || (record.Modified, record.Number).CompareTo(after) > 0)
                .Where(record => query.Where is null || query.Where(record))
                .ToList();
            var page = shown.OrderBy(record => record.Modified).ThenBy(record => record.Number).Skip(query.Skip).Take(query.Limit).ToList();
            return new RecordPage(page, shown.Count > query.Skip + page.Count, shown.Count);
        }
    }

    /// <summary>Every record as last written, deleted ones too where they leave a trace, in the order of creation.</summary>
    public IReadOnlyList<SandboxRecord> All(string recordSet)
    {
        lock (Gate)
            return [.. Set(recordSet).CurrentStates];
    }

    /// <summary>The accepted writes after a sequence number; 0 gives all.</summary>
    public IReadOnlyList<LedgerEntry> LedgerAfter(long sequence = 0)
    {
        lock (Gate)
            return [.. ledger.Skip((int)Math.Clamp(sequence, 0, ledger.Count))];
    }

    /// <summary>Somebody opens the record: writes by others than users are refused until then.</summary>
    public void LockRecord(string recordSet, string key, TimeSpan duration)
    {
        lock (Gate)
            Set(recordSet).Lock(key, Now + duration);
    }

    private RecordSet Set(string name) => sets.TryGetValue(name, out var set)
        ? set
        : throw new ArgumentException(
            $"Sandbox system '{Name}' has no record set '{name}', only {string.Join(", ", sets.Keys)}.", nameof(name));

    private bool TryOpen(
        RecordSet set,
        string key,
        Origin origin,
        long? expectedVersion,
        [NotNullWhen(true)] out SandboxRecord? current,
        [NotNullWhen(false)] out WriteResult? closed)
    {
        current = set.Current(key);
        closed = current switch
        {
            null => new WriteResult(WriteStatus.NotFound),
            { Deleted: true } => new WriteResult(WriteStatus.Gone) { Record = current },
            _ when origin != Origin.User && set.IsLocked(key, Now) => new WriteResult(WriteStatus.Locked) { Record = current },
            _ when expectedVersion is { } version && version != current.Version => new WriteResult(WriteStatus.Stale) { Record = current },
            _ => null,
        };
        return closed is null;
    }

    private WriteResult? Refusal(RecordSet set, JsonObject written, JsonObject next, string? ownKey)
    {
        var errors = set.Rules.Check(written, next);
        if (errors.Count == 0
            && set.Definition is { ParentSet: { } parentSet, ParentField: { } parentField }
            && MissesParent(next, parentSet, parentField))
        {
            errors = [new FieldError(parentField, "no_such_parent", $"'{parentField}' must be the key of one of the {parentSet}.")];
        }
        if (errors.Count > 0)
            return new WriteResult(WriteStatus.Invalid) { Errors = errors };
        return set.TryFindDuplicate(next, ownKey, out var field, out var existing)
            ? new WriteResult(WriteStatus.Duplicate) { DuplicateField = field.Name, ExistingKey = existing }
            : null;
    }

    private bool MissesParent(JsonObject next, string parentSet, string parentField) =>
        next[parentField] is not JsonValue value
        || !value.TryGetValue(out string? key)
        || Set(parentSet).Current(key) is not { Deleted: false };

    private WriteResult StoreNew(RecordSet set, JsonObject fields, DateTimeOffset at, Origin origin, DateTimeOffset? storedAt = null)
    {
        var number = set.NextNumber;
        var state = new SandboxRecord(set.Definition.KeyOf(number), number, fields, storedAt ?? Now)
        {
            Version = 1,
            Created = at,
            Modified = at,
        };
        return Stored(set, state, WriteStatus.Created, "create", Changes([], fields), origin);
    }

    private SandboxRecord Existing(string recordSet, string key) =>
        Set(recordSet).Current(key) ?? throw new ArgumentException($"Sandbox system '{Name}' has no record '{key}' in '{recordSet}'.", nameof(key));

    private static SandboxRecord Planted(SandboxRecord current, JsonObject fields, bool removed) =>
        new(current.Key, current.Number, fields, current.StoredAt)
        {
            Version = current.Version,
            Created = current.Created,
            Modified = current.Modified,
            Deleted = current.Deleted || removed,
            Removed = removed,
        };

    private SandboxRecord Next(SandboxRecord current, JsonObject fields, bool deleted = false, bool removed = false) =>
        new(current.Key, current.Number, fields, Now)
        {
            Version = current.Version + 1,
            Created = current.Created,
            Modified = Tick(),
            Deleted = deleted,
            Removed = removed,
        };

    private WriteResult Stored(
        RecordSet set,
        SandboxRecord state,
        WriteStatus status,
        string operation,
        SortedDictionary<string, FieldChange> changes,
        Origin origin)
    {
        set.Store(state);
        set.Forget(Now - IndexLag, state.Key);
        ledger.Add(new LedgerEntry(ledger.Count + 1, state.Modified, set.Definition.Name, state.Key, operation, changes, origin));
        return new WriteResult(status) { Record = state };
    }

    private static SortedDictionary<string, FieldChange> Changes(JsonObject before, JsonObject after)
    {
        var changes = new SortedDictionary<string, FieldChange>(StringComparer.Ordinal);
        foreach (var field in before.Select(pair => pair.Key).Union(after.Select(pair => pair.Key)))
        {
            if (!JsonNode.DeepEquals(before[field], after[field]))
                changes.Add(field, new FieldChange(before[field]?.DeepClone(), after[field]?.DeepClone()));
        }
        return changes;
    }

    // A clock that is set back must not hide a change from those who read by time.
    private DateTimeOffset Tick() => lastModified = Later(SandboxTime.Cut(Now, options.TimeGrain), lastModified);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
