using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Refine;

/// <summary>What a batch decided, and its counts by run and stream.</summary>
internal sealed class RefineOutcome
{
    private readonly Dictionary<(long Run, int Stream, string Name), long> counts = [];

    public StepChanges Changes { get; } = new();

    public void Count(SourceRecord record, string name) => Count(record.Run, record.Stream, name);

    public void Count(long run, int stream, string name)
    {
        counts.TryGetValue((run, stream, name), out var count);
        counts[(run, stream, name)] = count + 1;
    }

    public void WriteCounts() => Changes.Tallies.AddRange(counts.Select(static count => new Tally(count.Key.Run, count.Key.Stream, count.Key.Name, count.Value)));
}
