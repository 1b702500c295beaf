using IntegrationHub.Hub.Composition;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Hub.Commands;

/// <summary>Shows what is going on: on a terminal one line that counts, elsewhere a line for each thing that is done.</summary>
internal sealed class RoundProgress : IDisposable
{
    private readonly Lock gate = new();
    private readonly Report report;
    private readonly ObservedStore store;
    private long landed, refined, delivered;
    private int lineLength;

    public RoundProgress(Report report, ObservedStore store)
    {
        this.report = report;
        this.store = store;
        if (report is { IsTerminal: true, IsJson: false })
            store.Committed = Note;
    }

    public void Say(string sentence)
    {
        lock (gate)
        {
            Clear();
            report.Line(sentence);
        }
    }

    public void Dispose()
    {
        store.Committed = null;
        lock (gate)
            Clear();
    }

    private void Note(StepChanges changes)
    {
        lock (gate)
        {
            landed += changes.Landed.Count;
            refined += changes.SourceRecords.Count;
            delivered += changes.Tallies.Where(static tally => tally.Name.StartsWith("delivered ", StringComparison.Ordinal)).Sum(static tally => tally.Count);
            var line = $"… landed {landed:N0}, refined {refined:N0}, delivered {delivered:N0}";
            System.Console.Write($"\r{line.PadRight(lineLength)}");
            lineLength = line.Length;
        }
    }

    private void Clear()
    {
        if (lineLength > 0)
            System.Console.Write($"\r{new string(' ', lineLength)}\r");
        lineLength = 0;
    }
}
