using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;

namespace IntegrationHub.Sync.Refine;

/// <summary>Keeps two customers apart while a match key passes from one to the other (S21): a record that is linked does not follow a key to a customer who is
/// just giving it up.</summary>
internal sealed class KeySwap(HubSettings settings, TimeProvider clock, GoldenSynthesis synthesis, Func<string, FieldMap, IReadOnlyList<Digest>> keysOf)
{
    /// <summary>The other half of a swap may lie on a later page of the same read.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);

    /// <summary>When to look again at a record whose edit gives it a key of another record of its own system, of which nothing new has been read yet; null to
    /// decide now.</summary>
    public DateTimeOffset? WaitUntil(Workspace workspace, SourceRecord record, IReadOnlyList<Digest> keys)
    {
        var until = record.LandedAt + WaitMax;
        if (record is { GoldenId: 0 } or { IsRematchDue: true } or not { Removal: Removal.None } || clock.GetUtcNow() >= until)
            return null;
        foreach (var key in keys.Except(record.MatchKeys))
        {
            if (workspace.HoldersOf(key).Any(holder => holder.Stream == record.Stream && holder.SourceRecordId != record.Id && IsElsewhere(workspace, holder.GoldenId, record)
                && workspace.Coming(holder.SourceRecordId) is null))
                return until;
        }

        return null;
    }

    /// <summary>Whether a customer no longer has a key once all of the batch is taken in.</summary>
    public bool IsGivenUp(Workspace workspace, ClusterDraft cluster, Digest? key)
    {
        if (key is not { } given)
            return false;
        var members = cluster.Members.Values.Select(member => workspace.Coming(member.Id) is { Fields: { } shown }
            ? member with { Fields = FieldEdits.Apply(member.Fields, shown, member.Modified ?? member.LandedAt, []) }
            : member).ToArray();
        var says = synthesis.Merge(cluster.Golden, members);
        var entity = cluster.Golden.Entity;
        return settings.Matching.Matches(entity)
            && !keysOf(entity, FieldMap.From(says.Select(static field => new Field(field.Path, field.Value)))).Contains(given);
    }

    private static bool IsElsewhere(Workspace workspace, long goldenId, SourceRecord record) =>
        goldenId != 0 && workspace.Find(goldenId) is { } cluster && cluster != workspace.Find(record.GoldenId);
}
