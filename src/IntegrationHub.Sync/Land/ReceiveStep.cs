using System.Text.Json;
using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Land;

/// <summary>Stores what a system tells by itself before it is answered, each event once.</summary>
internal sealed class ReceiveStep(SyncContext context)
{
    private static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(30);

    /// <returns>How many events are new. They are durable when this returns.</returns>
    public async Task<int> ReceiveAsync(StreamSettings stream, WebhookReading reading, CancellationToken cancellationToken)
    {
        var lease = await context.Store.TryAcquireLeaseAsync($"receive:{stream.Name}", context.Owner, LeaseDuration, cancellationToken)
            ?? throw new StoreUnavailableException("store.locked", "Another process receives for this stream just now.", new InvalidOperationException());
        var now = context.Clock.GetUtcNow();
        var events = reading.Events.DistinctBy(static one => one.Id, StringComparer.Ordinal)
            .Select(one => new ReceivedEvent(stream.Number, context.Digests.Of($"event/{stream.Number}", one.Id), now, ReceivedChange.Write(one))).ToArray();
        var known = await context.Store.FindReceivedAsync(stream.Number, [.. events.Select(static one => one.Id)], cancellationToken);
        var changes = new StepChanges();
        changes.Received.AddRange(events.Where(one => !known.Contains(one.Id)));
        Count(changes, stream, "webhook events", changes.Received.Count);
        Count(changes, stream, "webhook events repeated", reading.Events.Count - changes.Received.Count);
        await context.Store.CommitAsync(lease, changes, cancellationToken);
        return changes.Received.Count;
    }

    /// <summary>Counts a call that was not believed, and writes it down.</summary>
    public async Task RefuseAsync(StreamSettings stream, WebhookVerdict verdict, CancellationToken cancellationToken)
    {
        var lease = await context.Store.TryAcquireLeaseAsync($"receive:{stream.Name}", context.Owner, LeaseDuration, cancellationToken);
        if (lease is null)
            return;
        var changes = new StepChanges();
        Count(changes, stream, $"webhook {verdict}".ToLowerInvariant(), 1);
        changes.Audit.Add(new AuditEntry
        {
            At = context.Clock.GetUtcNow(),
            Actor = "hub",
            Action = "webhook.refused",
            Object = $"stream/{stream.Number}",
            System = stream.Name.ToString(),
            Outcome = verdict.ToString(),
        });
        await context.Store.CommitAsync(lease, changes, cancellationToken);
    }

    private static void Count(StepChanges changes, StreamSettings stream, string name, int count)
    {
        if (count > 0)
            changes.Tallies.Add(new(0, stream.Number, name, count));
    }
}

/// <summary>How an event is kept until it is taken in.</summary>
internal static class ReceivedChange
{
    private sealed record Kept(string Key, string? Payload, DateTimeOffset? Modified, string? Version, bool IsDeleted);

    public static byte[] Write(WebhookEvent change) => JsonSerializer.SerializeToUtf8Bytes(new Kept(
        change.Key, change.Record is { IsDeleted: false } shown ? Convert.ToBase64String(shown.Payload.Span) : null,
        change.Record?.Modified, change.Record?.Version, change.Record?.IsDeleted ?? false));

    /// <returns>The record that it names, and what it shows of it; null when it shows nothing.</returns>
    public static (string Key, RawRecord? Record) Read(ReceivedEvent received)
    {
        var kept = JsonSerializer.Deserialize<Kept>(received.Payload)!;
        var shows = kept.Payload is not null || kept.IsDeleted;
        return (kept.Key, !shows ? null : new(kept.Key, kept.Payload is null ? default : Convert.FromBase64String(kept.Payload))
        {
            Modified = kept.Modified,
            Version = kept.Version,
            IsDeleted = kept.IsDeleted,
        });
    }
}
