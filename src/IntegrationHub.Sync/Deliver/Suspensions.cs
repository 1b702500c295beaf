using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Deliver;

/// <summary>Decides from results which fields a stream leaves out and which it takes again (S43). Pure.</summary>
internal static class Suspensions
{
    /// <summary>When a field is first tried again; later after as long as it has been suspended, a day at most.</summary>
    public static readonly TimeSpan RetryFirst = TimeSpan.FromHours(1);

    private static readonly TimeSpan RetryLast = TimeSpan.FromDays(1);

    /// <summary>The canonical fields that a result names.</summary>
    public static IReadOnlyList<string> PathsOf(StreamSettings stream, DeliveryResult result) =>
        [.. result.Fields.SelectMany(stream.Mapping.PathsOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The fields that were sent and may not be written; none when the refusal is about something else.</summary>
    public static IReadOnlyList<string> Refused(StreamSettings stream, Settlement settlement) => settlement.Result.Outcome != DeliveryOutcome.FieldsRefused ? []
        : [.. PathsOf(stream, settlement.Result).Where(path => settlement.Attempt.Row.Sending?.Find(path) is not null)];

    /// <summary>Suspends what was refused, with one audit entry for each field however many records met it, and resumes what went through.</summary>
    public static void Note(
        StepChanges changes, StreamSettings stream, IReadOnlyList<Settlement> settlements, IReadOnlyList<SuspendedField> suspended, DateTimeOffset now)
    {
        var known = suspended.ToDictionary(static field => field.Path, StringComparer.Ordinal);
        var refused = settlements.SelectMany(one => Refused(stream, one).Select(path => (Path: path, one.Result.Code)))
            .GroupBy(static one => one.Path, StringComparer.Ordinal).ToArray();
        foreach (var field in refused)
        {
            var since = known.TryGetValue(field.Key, out var before) ? before.Since : now;
            var code = field.First().Code ?? "field.forbidden";
            changes.Suspended.Add(new(stream.Number, field.Key, IsReadToo: false, code, since, now + Wait(now - since)));
            if (before is not null)
                continue;
            changes.Tallies.Add(new(0, stream.Number, "field suspended", 1));
            changes.Audit.Add(Entry(stream, "field.suspended", field.Key, code, now));
        }

        foreach (var path in known.Keys.Where(path => !Array.Exists(refused, field => field.Key == path) && settlements.Any(one => WentThrough(one, path))))
        {
            changes.Resumed.Add(new(stream.Number, path, now));
            changes.Tallies.Add(new(0, stream.Number, "field resumed", 1));
            changes.Audit.Add(Entry(stream, "field.resumed", path, known[path].Code, now));
        }
    }

    private static bool WentThrough(Settlement settlement, string path) =>
        settlement.Result.Outcome == DeliveryOutcome.Applied && settlement.Attempt.Row.Sending?.Find(path) is not null;

    private static TimeSpan Wait(TimeSpan suspendedFor) => suspendedFor < RetryFirst ? RetryFirst : suspendedFor > RetryLast ? RetryLast : suspendedFor;

    private static AuditEntry Entry(StreamSettings stream, string action, string path, string code, DateTimeOffset now) => new()
    {
        At = now,
        Actor = "hub",
        Action = action,
        Object = $"stream/{stream.Number}/{path}",
        System = stream.Name.ToString(),
        Outcome = action == "field.suspended" ? "left out, the rest is written" : "written again",
        Reason = code,
        Configuration = stream.Mapping.Version,
    };
}
