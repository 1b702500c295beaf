using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Land;

/// <summary>Asks a system for its fields before a read, and holds what is no longer what it was.</summary>
internal sealed class SchemaStep(SyncContext context)
{
    /// <exception cref="ConnectorException">The system describes no field any more, or not the key: nothing may be inferred from what it shows.</exception>
    public async Task<StreamProgress> RunAsync(OpenRead read, ISourceConnector connector, StreamProgress progress, CancellationToken cancellationToken)
    {
        var now = context.Clock.GetUtcNow();
        if (connector is not ISchemaSource source || progress.SchemaCheckedAt + context.Options.SchemaEvery > now)
            return progress;
        var stream = read.Stream;
        var fields = await DescribeAsync(source, stream, cancellationToken);
        // A delivery may have noted a failure while the system was asked.
        progress = await context.Store.LoadProgressAsync(stream.Number, cancellationToken);
        var before = await context.Store.LoadSchemaAsync(stream.Number, cancellationToken) ?? [];
        if (before.Count > 0 && (fields.Count == 0 || LacksKey(stream, before, fields)))
            throw Hidden(stream);
        var drifts = before.Count == 0 ? [] : SchemaDrift.Find(before, fields, stream.Mapping);
        var changes = new StepChanges { Progress = progress with { SchemaCheckedAt = now } };
        var known = SchemaDrift.Known(before, fields, drifts);
        if (!known.SequenceEqual(before))
            changes.Schemas.Add(new(stream.Number, known));
        Hold(changes, stream, drifts, await context.Store.ListSuspendedFieldsAsync(stream.Number, cancellationToken), now);
        await context.Store.CommitAsync(read.Lease!, changes, cancellationToken);
        return changes.Progress with { Revision = progress.Revision + 1 };
    }

    private async Task<IReadOnlyList<SourceField>> DescribeAsync(ISchemaSource source, StreamSettings stream, CancellationToken cancellationToken)
    {
        try
        {
            return await source.DescribeFieldsAsync(stream.Name.Stream, cancellationToken).WaitAsync(context.Options.CallTimeout, context.Clock, cancellationToken);
        }
        catch (Exception failure) when (failure is not ConnectorException && !cancellationToken.IsCancellationRequested)
        {
            throw GuardedPages.Threw(failure);
        }
    }

    private static bool LacksKey(StreamSettings stream, IReadOnlyList<SourceField> before, IReadOnlyList<SourceField> fields) =>
        before.Any(field => field.Name == stream.Mapping.Key) && !fields.Any(field => field.Name == stream.Mapping.Key && field.IsReadable);

    private void Hold(StepChanges changes, StreamSettings stream, IReadOnlyList<Drift> drifts, IReadOnlyList<SuspendedField> suspended, DateTimeOffset now)
    {
        var held = drifts.Where(static drift => drift.HoldsWriting).SelectMany(static drift => drift.Paths.Select(path => (Path: path, Drift: drift)))
            .DistinctBy(static one => one.Path).ToDictionary(static one => one.Path, static one => one.Drift, StringComparer.Ordinal);
        foreach (var (path, drift) in held.Where(one => !suspended.Any(field => field.Path == one.Key && field.Code == one.Value.Code)))
            changes.Suspended.Add(new(stream.Number, path, drift.HoldsReading, drift.Code, now, RetryAt: null));
        var back = suspended.Where(field => field.Code.StartsWith(SuspendedField.SchemaCode, StringComparison.Ordinal) && !held.ContainsKey(field.Path)).ToArray();
        changes.Resumed.AddRange(back.Select(field => new ResumedField(stream.Number, field.Path, now)));
        // What landed while the field was not believed is looked at again.
        if (Array.Exists(back, static field => field.IsReadToo))
            changes.Remapped.Add(stream.Number);
        foreach (var drift in drifts.Where(drift => !drift.HoldsWriting || drift.Paths.Any(path => changes.Suspended.Exists(field => field.Path == path))))
        {
            changes.Tallies.Add(new(0, stream.Number, drift.Code, 1));
            changes.Audit.Add(Entry(stream, drift, now));
        }

        foreach (var field in back)
            changes.Audit.Add(Entry(stream, new("schema.restored", field.Path, []), now));
    }

    private static AuditEntry Entry(StreamSettings stream, Drift drift, DateTimeOffset now) => new()
    {
        At = now,
        Actor = "hub",
        Action = drift.Code,
        Object = $"stream/{stream.Number}/{drift.Field}",
        System = stream.Name.ToString(),
        Outcome = drift.Code switch
        {
            "schema.restored" => "used again",
            "schema.added" => "not mapped; once it is, what has landed goes through the mapping again, and a reset reads what did not have it",
            "schema.required" => "what lacks it is refused",
            _ when drift.HoldsReading => "held: neither read nor written",
            _ when drift.HoldsWriting => "held: not written",
            _ => "not mapped, nothing to do",
        },
        Configuration = stream.Mapping.Version,
    };

    private static ConnectorException Hidden(StreamSettings stream) => new(
        FailureKind.Blocked, SuspendedField.StreamCode,
        $"{stream.Name}: the system no longer describes the stream's fields, or not its key '{stream.Mapping.Key}'. Nothing is read, so nothing passes for cleared or deleted. Check what the credential may see, then resume the connection.");
}
