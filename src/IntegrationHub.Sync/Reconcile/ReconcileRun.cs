using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Reconcile;

/// <summary>One reconciliation while it runs: its counts, and the differences of the page in hand.</summary>
internal sealed class ReconcileRun(StreamSettings stream, long run, DateTimeOffset startedAt, string actor, bool repairs)
{
    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);

    public StreamSettings Stream => stream;

    public string Actor => actor;

    public long Run => run;

    public DateTimeOffset StartedAt => startedAt;

    public bool Repairs => repairs;

    public SeenRecords Seen { get; } = new();

    /// <summary>Records of which a difference is known already: what they need is no second one.</summary>
    public SeenRecords Differing { get; } = new();

    /// <summary>Records that the system has no more, or did not show.</summary>
    public SeenRecords Absent { get; } = new();

    /// <summary>Whether the read showed every live record.</summary>
    public bool IsComplete { get; set; }

    public void Count(string name, long count = 1)
    {
        if (count > 0)
            counts[name] = counts.GetValueOrDefault(name) + count;
    }

    public Reconciliation ToReconciliation(DateTimeOffset? endedAt, string? failure) => new()
    {
        Run = run,
        Stream = stream.Number,
        Actor = actor,
        StartedAt = startedAt,
        EndedAt = endedAt,
        IsRepair = repairs,
        Failure = failure,
        Counts = new Dictionary<string, long>(counts, StringComparer.Ordinal),
    };

    public Difference Differ(DifferenceKind kind, Digest subject, SourceRecord? record, string? key, IReadOnlyList<FieldChange>? fields = null, long goldenId = 0)
    {
        if (record is not null)
            Differing.Add(record.Id);
        if (record is not null && kind is DifferenceKind.MissingInSystem or DifferenceKind.NotShown)
            Absent.Add(record!.Id);
        return new(run, subject, kind, record?.Id ?? 0, record?.GoldenId ?? goldenId, key, fields ?? [], IsRepaired: false);
    }

    /// <summary>Adds up what was found, as it is stored: a record that was on two pages is one difference.</summary>
    public void Add(IReadOnlyList<DifferenceCount> found)
    {
        foreach (var (kind, isRepaired, count) in found)
        {
            Count($"difference:{NameOf(kind)}", count);
            if (kind == DifferenceKind.UnknownToHub)
                Count("in system", count);
            if (kind.IsUnexplained())
                Count("unexplained", count);
            if (isRepaired)
                Count("repaired", count);
        }
    }

    public static string NameOf(DifferenceKind kind) => string.Concat(kind.ToString()[..1].ToLowerInvariant(), kind.ToString()[1..]);
}
