using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace IntegrationHub.Sandbox;

/// <summary>The records of one set: current states, states that the index still shows, unique values, locks.</summary>
internal sealed class RecordSet(RecordSetDefinition definition)
{
    private readonly Dictionary<string, Stored> byKey = new(StringComparer.Ordinal);
    private readonly List<Stored> inOrder = [];
    private readonly Dictionary<(string Field, string Value), string> uniqueValues = [];
    private readonly Dictionary<string, DateTimeOffset> lockedUntil = new(StringComparer.Ordinal);

    public RecordSetDefinition Definition { get; } = definition;

    public RecordRules Rules { get; } = new(definition);

    public long NextNumber => inOrder.Count + 1;

    /// <summary>The current state; null for a key that never was or is gone without a trace.</summary>
    public SandboxRecord? Current(string key) => byKey.TryGetValue(key, out var stored) && !stored.Current.Removed ? stored.Current : null;

    /// <summary>Every record's current state, in the order of creation.</summary>
    public IEnumerable<SandboxRecord> CurrentStates => inOrder.Select(stored => stored.Current).Where(state => !state.Removed);

    /// <summary>Every record as the index shows it.</summary>
    public IEnumerable<SandboxRecord> Indexed(DateTimeOffset storedUpTo) =>
        inOrder.Select(stored => stored.AsOf(storedUpTo)).OfType<SandboxRecord>().Where(state => !state.Removed);

    public void Store(SandboxRecord state)
    {
        if (byKey.TryGetValue(state.Key, out var stored))
        {
            Release(stored.Current);
            stored.Add(state);
        }
        else
        {
            stored = new Stored(state);
            byKey.Add(state.Key, stored);
            inOrder.Add(stored);
        }
        if (state is { Deleted: false, Removed: false })
            Claim(state);
    }

    /// <summary>States that the index has passed are kept no longer.</summary>
    public void Forget(DateTimeOffset storedUpTo, string key) => byKey[key].Forget(storedUpTo);

    /// <summary>The first unique field whose value another record has.</summary>
    public bool TryFindDuplicate(
        JsonObject next, string? ownKey, [NotNullWhen(true)] out FieldRule? field, [NotNullWhen(true)] out string? existingKey)
    {
        foreach (var unique in Definition.Fields.Where(unique => unique.Unique))
        {
            if (KeyOf(unique.Name, Value(next, unique.Name)) is { } key && key != ownKey)
            {
                (field, existingKey) = (unique, key);
                return true;
            }
        }
        (field, existingKey) = (null, null);
        return false;
    }

    /// <summary>The record that has a value in a unique field.</summary>
    public string? KeyOf(string field, string? value) =>
        string.IsNullOrEmpty(value) ? null : uniqueValues.GetValueOrDefault((field, value));

    public void Lock(string key, DateTimeOffset until) => lockedUntil[key] = until;

    public bool IsLocked(string key, DateTimeOffset now) => lockedUntil.TryGetValue(key, out var until) && now < until;

    private void Claim(SandboxRecord state)
    {
        foreach (var field in Definition.Fields.Where(field => field.Unique))
        {
            if (state.Text(field.Name) is { Length: > 0 } value)
                uniqueValues.Add((field.Name, value), state.Key);
        }
    }

    private void Release(SandboxRecord state)
    {
        foreach (var field in Definition.Fields.Where(field => field.Unique))
        {
            if (KeyOf(field.Name, state.Text(field.Name)) == state.Key)
                uniqueValues.Remove((field.Name, state.Text(field.Name)!));
        }
    }

    private static string? Value(JsonObject record, string field) =>
        record[field] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>One record's states, oldest first; the last is the current one.</summary>
    private sealed class Stored(SandboxRecord first)
    {
        private readonly List<SandboxRecord> states = [first];

        public SandboxRecord Current => states[^1];

        public void Add(SandboxRecord state) => states.Add(state);

        public SandboxRecord? AsOf(DateTimeOffset storedUpTo) => states.FindLast(state => state.StoredAt <= storedUpTo);

        public void Forget(DateTimeOffset storedUpTo)
        {
            var shown = states.FindLastIndex(state => state.StoredAt <= storedUpTo);
            if (shown > 0)
                states.RemoveRange(0, shown);
        }
    }
}
