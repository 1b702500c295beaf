using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Deliver;

/// <summary>Settles attempts whose answer was lost, by looking at what the system holds. Nothing is sent here.</summary>
internal sealed class ReadBack(SyncContext context, TargetCalls calls)
{
    /// <summary>The code of a result that was found out by looking.</summary>
    public const string AnswerLost = "answer-lost";

    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);

    /// <exception cref="ConnectorException">The look-up failed; the attempts stay as they are.</exception>
    public async Task<List<Settlement>> RunAsync(
        ITargetConnector target, StreamSettings stream, IReadOnlyList<DueDelivery> open, CancellationToken cancellationToken)
    {
        var attempts = open.Select(ToAttempt).ToArray();
        var found = await calls.FindAsync(target, stream, [.. attempts.Select(Reference)], cancellationToken);
        return [.. attempts.Select(attempt => Judge(stream, attempt, found.TryGetValue(Reference(attempt), out var record), record))];
    }

    private static RecordReference Reference(Attempt attempt) => new(attempt.Delivery.Key, attempt.Delivery.Key is null ? attempt.Delivery.Correlation : null);

    private static Attempt ToAttempt(DueDelivery open)
    {
        var record = open.Cluster.Members.FirstOrDefault(member => member.Id == open.Delivery.SourceRecordId);
        return new(open.Delivery, open.Cluster.Golden, record, new Delivery
        {
            Id = open.Delivery.Id.ToString(),
            Operation = open.Delivery.Operation,
            Key = record?.Key,
            Correlation = open.Delivery.Correlation,
        });
    }

    private Settlement Judge(StreamSettings stream, Attempt attempt, bool isKnown, RawRecord? record)
    {
        var outcome = !isKnown ? Unclear(attempt)
            : attempt.Row.Operation switch
            {
                DeliveryOperation.Delete => record is null or { IsDeleted: true } ? DeliveryOutcome.Applied : DeliveryOutcome.Retry,
                DeliveryOperation.Create => record is null ? DeliveryOutcome.Retry : DeliveryOutcome.Applied,
                _ => record is null ? DeliveryOutcome.Missing : Compare(stream, attempt, record),
            };
        return new(attempt, new(attempt.Delivery.Id, outcome) { Record = record, Key = record?.Key, Code = AnswerLost });
    }

    private DeliveryOutcome Unclear(Attempt attempt) =>
        context.Clock.GetUtcNow() - attempt.Row.AttemptedAt > GiveUpAfter ? DeliveryOutcome.Rejected : DeliveryOutcome.Unknown;

    /// <summary>Shows it what was sent: applied. Shows it what it showed before: not applied. Anything else was changed by somebody else, or rewritten by the
    /// system: it is landed and looked at as an edit, which can lose nothing.</summary>
    private static DeliveryOutcome Compare(StreamSettings stream, Attempt attempt, RawRecord record)
    {
        if (record.IsDeleted)
            return DeliveryOutcome.ChangedMeanwhile;
        var shown = stream.Mapping.Read(record.Payload.Span).Fields;
        var sent = attempt.Row.Sending ?? FieldMap.Empty;
        if (sent.All(field => !stream.Mapping.CanRead(field.Path) || (shown.Find(field.Path) ?? FieldValue.Empty) == field.Value))
            return DeliveryOutcome.Applied;
        var before = attempt.Record?.Fields ?? FieldStates.None;
        return sent.All(field => (shown.Find(field.Path) ?? FieldValue.Empty) == (before.Find(field.Path).Seen ?? FieldValue.Empty))
            ? DeliveryOutcome.Retry
            : DeliveryOutcome.ChangedMeanwhile;
    }
}
