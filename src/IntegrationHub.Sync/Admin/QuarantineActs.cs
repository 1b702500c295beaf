using System.Runtime.CompilerServices;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Admin;

/// <summary>A record in quarantine with what a steward needs to mend it. Shown, it is personal: showing it is written to the audit log.</summary>
/// <param name="Shown">What the mapping makes of the record as its system shows it; fields that did not map are missing.</param>
public sealed record QuarantinedRecord(QuarantineEntry Entry, SourceRecord Record, StreamName? Stream, FieldMap Shown);

/// <summary>Shows, fixes and replays records in quarantine.</summary>
public sealed class QuarantineActs(SyncContext context, IStoreQueries queries)
{
    private const int PageSize = 200;
    private readonly ActRunner acts = new(context);

    /// <summary>Shows one record, its values included.</summary>
    /// <exception cref="AdminException">The record is not in quarantine.</exception>
    public Task<QuarantinedRecord> ShowAsync(long sourceRecordId, string actor, CancellationToken cancellationToken) => acts.RunAsync(actor, async act =>
    {
        var (entry, record) = await LoadAsync(sourceRecordId, cancellationToken);
        var stream = context.Settings.Find(record.Stream);
        act.Note("record.shown", record.ToString(), "shown", stream?.Name.ToString());
        return new QuarantinedRecord(entry, record, stream?.Name, stream is null ? FieldMap.Empty : ShownBy(stream, record));
    }, cancellationToken);

    /// <summary>Puts a value in place of a wrong one and sends the record through again. The value stands as long as the system shows what it shows now: a
    /// later edit there wins.</summary>
    /// <param name="path">The canonical path, such as <c>emails[type=work].value</c>.</param>
    /// <param name="value">The value as text; empty makes the field explicitly empty. Its kind is what the canonical schema asks for.</param>
    /// <exception cref="AdminException">The record is not in quarantine, or the value is not valid for the field.</exception>
    public Task FixAsync(long sourceRecordId, string path, string value, string actor, CancellationToken cancellationToken) => acts.RunAsync(actor, async act =>
    {
        var (_, record) = await LoadAsync(sourceRecordId, cancellationToken);
        var stream = context.Settings.Find(record.Stream) ?? throw AdminException.Refused(
            $"{record} belongs to a stream that is not configured. Configure the stream again, then fix the record.");
        var canonical = CanonicalValues.Path(path);
        var typed = CanonicalValues.Parse(context.Settings.Validator, stream.Entity, canonical, value);
        var fix = new Fix(canonical, typed, ShownBy(stream, record).Find(canonical));
        act.Revisit(record with { Fixes = [.. record.Fixes.Where(other => other.Path != canonical), fix] }, "replayed");
        act.Note("quarantine.fixed", record.ToString(), "fixed", stream.Name.ToString(), canonical);
        return true;
    }, cancellationToken);

    /// <summary>Sends a record through MAP and VALIDATE again, for instance after the mapping was mended.</summary>
    /// <exception cref="AdminException">The record is not in quarantine.</exception>
    public Task ReplayAsync(long sourceRecordId, string actor, CancellationToken cancellationToken) => acts.RunAsync(actor, async act =>
    {
        var (_, record) = await LoadAsync(sourceRecordId, cancellationToken);
        act.Revisit(record, "replayed");
        act.Note("quarantine.replayed", record.ToString(), "replayed", context.Settings.Find(record.Stream)?.Name.ToString());
        return true;
    }, cancellationToken);

    /// <summary>Replays every record that the filter leaves, one transaction each, in order of their ids. Whoever stops reading stops it; what was yielded is
    /// done.</summary>
    public async IAsyncEnumerable<ReplayResult> ReplayAllAsync(
        FindingFilter filter, string actor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long after = 0; ;)
        {
            var page = await queries.ListQuarantineAsync(filter, new(after, PageSize), cancellationToken);
            foreach (var entry in page)
                yield return await TryReplayAsync(entry.SourceRecordId, actor, cancellationToken);
            if (page.Count < PageSize)
                yield break;
            after = page[^1].SourceRecordId;
        }
    }

    private async Task<ReplayResult> TryReplayAsync(long id, string actor, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await ReplayAsync(id, actor, cancellationToken);
            return new(id, null);
        }
        catch (AdminException refusal)
        {
            // It left quarantine by itself meanwhile.
            return new(id, refusal.Message);
        }
    }

    private async Task<(QuarantineEntry Entry, SourceRecord Record)> LoadAsync(long id, CancellationToken cancellationToken)
    {
        var entry = await queries.FindQuarantineAsync(id, cancellationToken)
            ?? throw AdminException.Unknown($"record/{id} is not in quarantine. See 'hub quarantine list'.");
        var record = (await context.Store.LoadRecordsAsync([id], withRaw: true, cancellationToken)).Single();
        return record.Stage == RecordStage.Quarantined
            ? (entry, record)
            : throw AdminException.Refused($"{record} is on its way through the hub again already. See 'hub quarantine list' in a moment.");
    }

    private static FieldMap ShownBy(StreamSettings stream, SourceRecord record)
    {
        try
        {
            return record.Raw is { } raw ? stream.Mapping.Read(raw).Fields : FieldMap.Empty;
        }
#pragma warning disable CA1031 // The mapping may be what is broken: then nothing is known to be shown, and the record's problems say why.
        catch (Exception)
#pragma warning restore CA1031
        {
            return FieldMap.Empty;
        }
    }
}
