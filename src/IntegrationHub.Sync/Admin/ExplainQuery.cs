using IntegrationHub.Abstractions;
using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Plan;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Admin;

/// <summary>What one source record itself says about a field.</summary>
/// <param name="Mapping">The mapping that read it, as <c>crm.contacts.json (1a2b3c4d5e6f)</c>; null when its stream is not configured any more.</param>
public sealed record ExplainedClaim(long RecordId, StreamName? Source, FieldValue Value, DateTimeOffset At, string? Mapping, bool IsWinner);

/// <summary>A write of the hub that the system took.</summary>
/// <param name="EffectKey">The request, as the audit log names it.</param>
/// <param name="AttemptedAt">When it was sent; null when a later attempt has taken its place in the delivery.</param>
/// <param name="Reason">The code of the answer, such as <c>answer-lost</c> when it was found out by reading back; null when there is none.</param>
public sealed record ExplainedWrite(string EffectKey, string Outcome, string? Reason, DateTimeOffset? AttemptedAt, DateTimeOffset SettledAt, string? MappingVersion);

/// <summary>Why one field of a record is as it is.</summary>
/// <param name="SystemField">What the system calls it; null when the mapping does not relate it to one field.</param>
/// <param name="There">What the system shows, as the hub saw it last.</param>
/// <param name="Base">The last agreement of system and hub.</param>
/// <param name="Golden">What the customer says.</param>
/// <param name="Rule">The rule that chose the golden value; null when there is none.</param>
/// <param name="Claims">Who says what, the winner first.</param>
/// <param name="Write">The last write of the field into this record; null when the audit log has none.</param>
/// <param name="Why">The answer in a sentence, without a value.</param>
public sealed record ExplainedField(
    string Path, string? SystemField, FieldValue? There, Agreement? Base, FieldValue? Golden, string? Rule, IReadOnlyList<ExplainedClaim> Claims, IReadOnlyList<Conflict> Conflicts,
    Override? Pinned, bool IsHeld, ExplainedWrite? Write, string Why);

/// <summary>Why a record is as it is.</summary>
/// <param name="Golden">Its customer; null when it belongs to none.</param>
/// <param name="Mapping">The mapping of its stream.</param>
/// <param name="Deliveries">Its deliveries, whatever their state.</param>
/// <param name="Audit">The newest entries about the record and its customer.</param>
/// <param name="Quarantine">Why it is in quarantine; null when it is not.</param>
public sealed record Explanation(
    SourceRecord Record, StreamName Stream, GoldenRecord? Golden, string Mapping, IReadOnlyList<ExplainedField> Fields, IReadOnlyList<PendingDelivery> Deliveries,
    IReadOnlyList<StoredAuditEntry> Audit, QuarantineEntry? Quarantine);

/// <summary>Answers why a field of a record in a system has its value: who says so, which rule chose it, and which write brought it there.</summary>
public sealed class ExplainQuery(SyncContext context, IStoreQueries queries)
{
    private const int AuditMax = 200;
    private readonly ActRunner acts = new(context);
    private readonly PlanStep plan = new(context.Settings, context.Digests);

    /// <summary>Explains one record; the access is written to the audit log before anything is shown.</summary>
    /// <param name="id">The system's own key, or <c>record/4711</c>.</param>
    /// <param name="field">A canonical path, or what the system calls the field; null for all.</param>
    /// <exception cref="AdminException">There is no such stream, record or field.</exception>
    public Task<Explanation> ExplainAsync(string connection, string stream, string id, string? field, string actor, CancellationToken cancellationToken) => acts.RunAsync(actor, async act =>
    {
        var settings = StreamOf(connection, stream);
        var record = await FindAsync(settings, id, cancellationToken);
        var cluster = record.GoldenId == 0 ? null : (await context.Store.LoadClustersAsync([record.GoldenId], cancellationToken)).GetValueOrDefault(record.GoldenId);
        var paths = PathsOf(settings, record, cluster?.Golden, field);
        IReadOnlyList<PendingDelivery> deliveries = cluster is null ? [] : [.. (await context.Store.FindDeliveriesAsync([cluster.Golden.Id], cancellationToken))
            .Where(row => row.Stream == record.Stream && row.SourceRecordId == record.Id)];
        var conflicts = cluster is null ? [] : await queries.ListConflictsOfAsync(cluster.Golden.Id, cancellationToken);
        var audit = await AuditAsync(record, cluster?.Golden, cancellationToken);
        act.Note("record.explained", record.ToString(), "shown", settings.Name.ToString(), field is null ? null : paths[0]);
        return new Explanation(
            record, settings.Name, cluster?.Golden, NameOf(settings),
            [.. paths.Select(path => Explain(settings, record, cluster, path, conflicts, deliveries, audit))], deliveries, audit,
            await queries.FindQuarantineAsync(record.Id, cancellationToken));
    }, cancellationToken);

    private StreamSettings StreamOf(string connection, string stream)
    {
        var known = context.Settings.Streams.Where(one => one.Name.Connection == connection).ToArray();
        if (known.Length == 0)
            throw AdminException.Unknown($"There is no connection '{connection}'. There are: {string.Join(", ", context.Settings.Connections.Select(static one => one.Name))}.");
        return known.FirstOrDefault(one => one.Name.Stream == stream)
            ?? throw AdminException.Unknown($"The connection '{connection}' has no stream '{stream}'. It has: {string.Join(", ", known.Select(static one => one.Name.Stream))}.");
    }

    private async Task<SourceRecord> FindAsync(StreamSettings stream, string id, CancellationToken cancellationToken)
    {
        var key = SyncContext.KeyDigest(context.Digests, stream.Number, id);
        long? found = (await context.Store.FindLandedAsync(stream.Number, [key], cancellationToken)).TryGetValue(key, out var landed) ? landed.Id
            : id.StartsWith("record/", StringComparison.Ordinal) && Names.TryRecord(id, out var number) ? number : null;
        var records = found is { } one ? await context.Store.LoadRecordsAsync([one], withRaw: false, cancellationToken) : [];
        return records.FirstOrDefault(record => record.Stream == stream.Number) ?? throw AdminException.Unknown(
            $"The hub has landed no record '{id}' of {stream.Name}. Give the system's own key, or record/N. Whether the system has it: hub reconcile {stream.Name.Connection}");
    }

    private static IReadOnlyList<string> PathsOf(StreamSettings stream, SourceRecord record, GoldenRecord? golden, string? field)
    {
        if (field is null)
        {
            return [.. record.Fields.AsSpan().ToArray().Select(static state => state.Path).Concat(stream.Mapping.WritablePaths.Where(path => golden?.Fields.Any(one => one.Path == path) == true))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        }

        if (stream.Mapping.CanonicalOf(field) is { } mapped)
            return [mapped];
        var path = CanonicalValues.Path(field);
        return stream.Mapping.CanRead(path) || stream.Mapping.CanWrite(path)
            ? [path]
            : throw AdminException.WrongValue(
                $"'{field}' is neither a field of {stream.Name} that {FieldReason.FileOf(stream)} maps, nor a canonical path that it reads or writes. It maps: {string.Join(", ", stream.Mapping.SourceFields)}.");
    }

    private ExplainedField Explain(
        StreamSettings stream, SourceRecord record, Cluster? cluster, string path, IReadOnlyList<Conflict> conflicts, IReadOnlyList<PendingDelivery> deliveries,
        IReadOnlyList<StoredAuditEntry> audit)
    {
        var state = record.Fields.Find(path);
        var golden = cluster?.Golden.Fields.FirstOrDefault(field => field.Path == path) is { Path: not null } field ? field : (GoldenField?)null;
        var pinned = cluster?.Golden.Overrides.FirstOrDefault(one => one.Path == path) is { Path: not null } word ? word : (Override?)null;
        var isHeld = cluster?.Golden.Held.Any(held => held.Path == path) ?? false;
        var claims = cluster is null ? [] : ClaimsOf(cluster, path, golden);
        var write = WriteOf(record, path, deliveries, audit);
        return new(
            path, stream.Mapping.SourceOf(path), state.Seen, state.Base, golden?.Value, golden?.Rule, claims, [.. conflicts.Where(one => one.Path == path)], pinned, isHeld, write,
            new FieldReason(stream, record, cluster, plan).Of(state, golden, isHeld, write is not null, deliveries));
    }

    private IReadOnlyList<ExplainedClaim> ClaimsOf(Cluster cluster, string path, GoldenField? golden) =>
    [
        .. cluster.Members.Select(member => (Member: member, member.Fields.Find(path).Own)).Where(static one => one.Own is not null)
            .Select(one =>
            {
                var stream = context.Settings.Find(one.Member.Stream);
                return new ExplainedClaim(one.Member.Id, stream?.Name, one.Own!.Value.Value, one.Own.Value.At, stream is null ? null : NameOf(stream), one.Member.Id == golden?.RecordId);
            })
            .OrderByDescending(static claim => claim.IsWinner).ThenByDescending(static claim => claim.At).ThenBy(static claim => claim.RecordId),
    ];

    private static ExplainedWrite? WriteOf(SourceRecord record, string path, IReadOnlyList<PendingDelivery> deliveries, IReadOnlyList<StoredAuditEntry> audit)
    {
        var entry = audit.Select(static one => one.Entry).FirstOrDefault(entry => entry.Action == "delivery.settled" && entry.Object == record.ToString()
            && entry.Outcome.EndsWith($" {DeliveryOutcome.Applied}", StringComparison.Ordinal) && entry.Fields?.Split('\n').Contains(path, StringComparer.Ordinal) == true);
        return entry is null ? null : new(
            entry.Correlation ?? "", entry.Outcome, entry.Reason, deliveries.FirstOrDefault(row => row.EffectKey == entry.Correlation)?.AttemptedAt, entry.At, entry.Configuration);
    }

    private async ValueTask<IReadOnlyList<StoredAuditEntry>> AuditAsync(SourceRecord record, GoldenRecord? golden, CancellationToken cancellationToken)
    {
        var entries = await queries.ListAuditAsync(new() { Object = record.ToString() }, null, AuditMax, cancellationToken);
        return golden is null
            ? entries
            : [.. entries.Concat(await queries.ListAuditAsync(new() { Object = golden.ToString() }, null, AuditMax, cancellationToken)).OrderByDescending(static one => one.Sequence)];
    }

    private static string NameOf(StreamSettings stream) => $"{FieldReason.FileOf(stream)} ({stream.Mapping.Version})";
}
