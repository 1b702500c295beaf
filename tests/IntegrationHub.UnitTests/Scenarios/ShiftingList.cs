using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;

namespace IntegrationHub.UnitTests.Scenarios;

/// <summary>A system whose list is sorted by name and paged by offset: whoever is deleted or added in front of the offset moves all that follow to another page.
/// It shows deletions by absence alone, and cannot look records up.</summary>
internal class ShiftingList(int pageSize) : IConnector, ISourceConnector
{
    private readonly SortedDictionary<string, JsonObject> byName = new(StringComparer.Ordinal);

    public Action<int> BeforePage { get; set; } = static _ => { };

    public void Put(string name, string email) => byName[name] = new() { ["id"] = name, ["given"] = name, ["family"] = "Shift", ["email"] = email };

    public void Remove(string name) => byName.Remove(name);

    public StreamTraits Describe(string stream) => new() { Deletes = DeleteDetection.ByAbsence, ReadsWhole = true };

    public Task<IReadOnlyList<string>> ProbeAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    public async IAsyncEnumerable<SourcePage> ReadAsync(string stream, Checkpoint? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        for (var page = 0; ; page++)
        {
            BeforePage(page);
            var rows = byName.Skip(page * pageSize).Take(pageSize).Select(static row => Shown(row.Key, row.Value)).ToArray();
            var isLast = rows.Length < pageSize;
            yield return new(rows, new($"{page}"), isLast ? ReadEnd.Complete : ReadEnd.More);
            if (isLast)
                yield break;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected RawRecord? Find(string? key) => key is not null && byName.TryGetValue(key, out var row) ? Shown(key, row) : null;

    private static RawRecord Shown(string key, JsonObject row) => new(key, JsonSerializer.SerializeToUtf8Bytes(row));
}

/// <summary>The same, but single records can be looked up.</summary>
internal sealed class FindableList(int pageSize) : ShiftingList(pageSize), IRecordLookup
{
    public Task<IReadOnlyList<FoundRecord>> FindAsync(string stream, IReadOnlyList<RecordReference> references, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<FoundRecord>>([.. references.Select(reference => new FoundRecord(reference, Find(reference.Key)))]);
}
