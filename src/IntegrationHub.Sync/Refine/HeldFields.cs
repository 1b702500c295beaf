using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Refine;

/// <summary>Fields of which a system's word is not believed for now, by stream.</summary>
internal sealed class HeldFields
{
    private static readonly IReadOnlySet<string> None = new HashSet<string>();
    private readonly Dictionary<int, IReadOnlySet<string>> byStream = [];

    public static async ValueTask<HeldFields> LoadAsync(IStore store, IReadOnlyList<SourceRecord> records, CancellationToken cancellationToken)
    {
        var held = new HeldFields();
        foreach (var stream in records.Select(static record => record.Stream).Distinct())
        {
            var paths = (await store.ListSuspendedFieldsAsync(stream, cancellationToken)).Where(static field => field.IsReadToo).Select(static field => field.Path).ToHashSet(StringComparer.Ordinal);
            if (paths.Count > 0)
                held.byStream[stream] = paths;
        }

        return held;
    }

    public IReadOnlySet<string> Of(int stream) => byStream.GetValueOrDefault(stream, None);
}
