using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Admin;

/// <summary>A steward's word on golden records: single fields, and which source records are one customer. The pipeline carries it out when it runs next.</summary>
public sealed class CustomerActs(SyncContext context)
{
    private readonly ActRunner acts = new(context);

    /// <summary>Keeps a field as it is, or sets it to a value: it then wins over what every system says, until it is unpinned.</summary>
    /// <param name="value">As text, in the kind that the canonical schema asks for; empty clears the field; null pins what the golden record says now.</param>
    /// <exception cref="AdminException">There is no such customer, the field is absent or has an open conflict, or the value is not valid.</exception>
    public Task PinAsync(long goldenId, string path, string? value, string actor, CancellationToken cancellationToken) => acts.RunAsync(actor, async act =>
    {
        var cluster = await LoadAsync(goldenId, cancellationToken);
        var golden = cluster.Golden;
        var canonical = CanonicalValues.Path(path);
        if (golden.Held.Any(held => held.Path == canonical))
            throw AdminException.Refused($"'{canonical}' of {Names.Of(golden)} has an open conflict. Settle that instead: see 'hub conflicts list --state open'.");
        var pinned = value is null ? Current(golden, canonical) : CanonicalValues.Parse(context.Settings.Validator, golden.Entity, canonical, value);
        act.Changes.GoldenRecords.Add(golden with
        {
            Overrides = [.. golden.Overrides.Where(other => other.Path != canonical), new Override(canonical, pinned, act.Now) { Records = Names.RecordsOf(cluster) }],
        });
        act.Recompute(cluster);
        act.Note("customer.pinned", golden.ToString(), value is null ? "pinned as it is" : "set", reason: canonical);
        return true;
    }, cancellationToken);

    /// <summary>Gives a field back to the survivorship policy.</summary>
    /// <exception cref="AdminException">There is no such customer, or the field is not pinned.</exception>
    public Task UnpinAsync(long goldenId, string path, string actor, CancellationToken cancellationToken) => acts.RunAsync(actor, async act =>
    {
        var cluster = await LoadAsync(goldenId, cancellationToken);
        var golden = cluster.Golden;
        var canonical = CanonicalValues.Path(path);
        var kept = golden.Overrides.Where(other => other.Path != canonical).ToArray();
        if (kept.Length == golden.Overrides.Count)
        {
            throw AdminException.Refused(
                $"'{canonical}' of {Names.Of(golden)} is not pinned. Pinned are: {(golden.Overrides.Count == 0 ? "none" : string.Join(", ", golden.Overrides.Select(static pinned => pinned.Path).Order(StringComparer.Ordinal)))}.");
        }

        act.Changes.GoldenRecords.Add(golden with { Overrides = kept });
        act.Recompute(cluster);
        act.Note("customer.unpinned", golden.ToString(), "unpinned", reason: canonical);
        return true;
    }, cancellationToken);

    /// <summary>Two golden records are one: RESOLVE puts them together under the lower id, whatever their keys and contradictions say.</summary>
    /// <exception cref="AdminException">One of them does not exist, they are one already or of different entities, or neither has a live source record.</exception>
    public Task MergeAsync(long leftId, long rightId, string actor, CancellationToken cancellationToken) => acts.RunAsync(actor, async act =>
    {
        var left = await LoadAsync(leftId, cancellationToken);
        var right = await LoadAsync(rightId, cancellationToken);
        if (left.Golden.Id == right.Golden.Id)
            throw AdminException.Refused($"{Names.OfCustomer(leftId)} and {Names.OfCustomer(rightId)} are one already: {Names.Of(left.Golden)}.");
        if (left.Golden.Entity != right.Golden.Entity)
            throw AdminException.Refused($"{Names.Of(left.Golden)} and {Names.Of(right.Golden)} are of different entities and cannot be one.");
        // Said of every pair, so that an earlier word to the contrary on any of them is taken back.
        Decide(act, left.Members, right.Members, same: true);
        var way = left.Members.Concat(right.Members).LastOrDefault(IsResolvable) ?? throw AdminException.Refused(
            $"Neither {Names.Of(left.Golden)} nor {Names.Of(right.Golden)} has a source record that is linked and live. Mend what is in quarantine first.");
        act.Revisit(way, "recomputed");
        act.Note("customer.merged", left.Golden.ToString(), $"one with {right.Golden}");
        return true;
    }, cancellationToken);

    /// <summary>Takes source records off a customer: together they are matched anew, and never again with the records that stay. What each system itself said is
    /// kept per source record, so both sides then say exactly what they would have said without each other.</summary>
    /// <param name="sourceRecordIds">Some of the customer's records, not all of them.</param>
    /// <exception cref="AdminException">There is no such customer, or a record is not one of its, is deleted, or is in quarantine.</exception>
    public Task SplitAsync(long goldenId, IReadOnlyCollection<long> sourceRecordIds, string actor, CancellationToken cancellationToken) => acts.RunAsync(actor, async act =>
    {
        var cluster = await LoadAsync(goldenId, cancellationToken);
        var leaving = sourceRecordIds.Distinct().Select(id => Leaving(cluster, id)).ToArray();
        var staying = cluster.Members.Where(member => !sourceRecordIds.Contains(member.Id)).ToArray();
        if (staying.Length == 0)
            throw AdminException.Refused($"All records of {Names.Of(cluster.Golden)} would leave it. Name only those that are somebody else.");
        Decide(act, leaving, staying, same: false);
        foreach (var record in leaving)
        {
            act.Revisit(record with { IsRematchDue = true }, "rematched");
            act.Note("customer.split", cluster.Golden.ToString(), record.ToString(), context.Settings.Find(record.Stream)?.Name.ToString());
        }

        return true;
    }, cancellationToken);

    private static void Decide(Act act, IEnumerable<SourceRecord> left, IReadOnlyCollection<SourceRecord> right, bool same)
    {
        foreach (var one in left)
        {
            foreach (var other in right)
                act.Changes.Decisions.Add(new(one.Id, other.Id, same, act.Actor, act.Now));
        }
    }

    private static SourceRecord Leaving(Cluster cluster, long id)
    {
        var record = cluster.Members.FirstOrDefault(member => member.Id == id) ?? throw AdminException.Unknown(
            $"record/{id} is not part of {Names.Of(cluster.Golden)}. Its records are: {string.Join(", ", cluster.Members)}.");
        if (record.Removal != Removal.None || record.LandedDeleted)
            throw AdminException.Refused($"{record} is deleted in its system and cannot be matched anew.");
        return IsResolvable(record)
            ? record
            : throw AdminException.Refused($"{record} is {record.Stage.ToString().ToLowerInvariant()} and cannot be matched anew. Mend that first: hub quarantine show {id}");
    }

    private static bool IsResolvable(SourceRecord record) => record is { Removal: Removal.None, LandedDeleted: false, Stage: RecordStage.Linked or RecordStage.Landed };

    private static FieldValue Current(GoldenRecord golden, string path) => golden.ToFieldMap().Find(path) ?? throw AdminException.Refused(
        $"{Names.Of(golden)} has no field '{path}' to keep. Give a value, or see its fields: hub customer show {Names.Of(golden)}");

    private async Task<Cluster> LoadAsync(long goldenId, CancellationToken cancellationToken)
    {
        var clusters = await context.Store.LoadClustersAsync([goldenId], cancellationToken);
        if (!clusters.TryGetValue(goldenId, out var cluster))
            throw AdminException.Unknown($"There is no customer {Names.OfCustomer(goldenId)}. Find one with 'hub customer find'.");
        return cluster.Members.Any(static member => member.Removal == Removal.None)
            ? cluster
            : throw AdminException.Refused($"{Names.Of(cluster.Golden)} is deleted in every system; nothing can be changed on it.");
    }
}
