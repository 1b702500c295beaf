using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Refine;

/// <summary>Tells a record that came back from another one to which the system gave the same key (S19), and parts the two.</summary>
internal sealed class KeyReuse(SyncContext context)
{
    /// <summary>Lists, events and answers of one system show a time more or less precisely.</summary>
    private static readonly TimeSpan CreatedPrecision = TimeSpan.FromSeconds(1);

    /// <summary>Why the landed payload is another record than the one that is linked; null when it is the same.</summary>
    /// <param name="keysOf">The match keys of an entity's fields.</param>
    public string? Reason(SourceRecord record, Examination examined, IReadOnlyList<Digest> keys, Func<string, FieldMap, IReadOnlyList<Digest>> keysOf)
    {
        if (record.GoldenId == 0)
            return null;
        var entity = examined.Stream.Entity;
        var shown = record.Fields.Seen();
        var old = keysOf(entity, shown);
        var isContradicted = context.Settings.Matching.Contradict(entity, shown, examined.Fields!, out _);
        if (record is { Created: { } before, LandedCreated: { } now })
        {
            // A live record with the same match key is the same one, whatever its system says now of the time: an import or another clock may have set it anew.
            var isSame = record.Removal == Removal.None && !isContradicted && old.Intersect(keys).Any();
            return isSame || (before - now).Duration() < CreatedPrecision ? null : "created";
        }

        if (record.Removal == Removal.None)
            return null;
        // No time of creation tells: somebody who comes back shares at least one match key with the one who went.
        if (isContradicted)
            return "contradiction";
        return old.Count > 0 && keys.Count > 0 && !old.Intersect(keys).Any() ? "match keys" : null;
    }

    /// <summary>Leaves what was known under the key with the customer it belonged to.</summary>
    /// <param name="examined">The landed record, raw included.</param>
    /// <returns>The record under the key from now on: new, and part of nothing.</returns>
    public SourceRecord Part(Workspace workspace, SourceRecord record, SourceRecord examined, string reason, IdPool ids, RefineOutcome outcome)
    {
        var retired = context.Digests.Of($"key/{record.Stream}/retired", record.Id.ToString());
        outcome.Changes.RetiredKeys.Add(new(record.Id, retired));
        workspace.Put(record with
        {
            Stage = RecordStage.Linked,
            KeyDigest = retired,
            Removal = record.Removal == Removal.None ? Removal.BySystem : record.Removal,
            RemovedAt = record.RemovedAt ?? record.LandedAt,
            LandedDeleted = true,
            LandedCreated = record.Created,
            ContentDigest = default,
            PriorDigest = default,
            Version = null,
            // What the system shows under the key now is another's.
            Raw = [],
        });
        outcome.Count(record, "key used again");
        outcome.Changes.Audit.Add(new AuditEntry
        {
            At = context.Clock.GetUtcNow(),
            Actor = "hub",
            Action = "record.replaced",
            Object = record.ToString(),
            System = context.Settings.Find(record.Stream)?.Name.ToString(),
            Outcome = "key used again",
            Reason = reason,
            Correlation = $"run/{record.Run}",
        });
        return new()
        {
            Id = ids.Next(IdRange.SourceRecord),
            Stream = record.Stream,
            KeyDigest = record.KeyDigest,
            Key = record.Key,
            Stage = RecordStage.Landed,
            Raw = examined.Raw,
            ContentDigest = record.ContentDigest,
            Modified = record.Modified,
            Version = record.Version,
            LandedCreated = record.LandedCreated,
            FirstLandedAt = record.LandedAt,
            LandedAt = record.LandedAt,
            DueAt = record.DueAt,
            Run = record.Run,
        };
    }
}
