using IntegrationHub.Hub.Running;

namespace IntegrationHub.Hub.Commands;

/// <summary>Shows what a round did, from the store's own counts.</summary>
internal static class RoundTable
{
    private static readonly string[] Columns =
        ["stream", "#read", "#new or changed", "#quarantined", "#filtered", "#created", "#updated", "#deleted", "#refused", "#open", "#dead letters"];

    public static void Write(Report report, RoundReport round)
    {
        report.Table(Columns, round.Streams.Select(static one => (IReadOnlyList<string>)
        [
            one.Stream.Name.ToString(), Number(one.Count("read")), Number(one.Count("landed")), Number(one.Count("quarantined")), Number(one.CountAll("filtered:")),
            Number(one.Count("delivered create")), Number(one.Count("delivered update")), Number(one.Count("delivered delete")),
            Number(one.Count("delivery rejected")), Number(one.After.Planned + one.After.Attempting), Number(one.After.Dead),
        ]));
        report.Json(new
        {
            streams = round.Streams.Select(static one => new
            {
                stream = one.Stream.Name.ToString(),
                notRead = one.NotRead,
                failure = one.Read?.Failure is { } failure ? new { code = failure.Code, message = failure.Message } : null,
                counts = one.After.Tallies.Keys.ToDictionary(static name => name, one.Count, StringComparer.Ordinal),
                quarantined = one.After.Quarantined,
                open = one.After.Planned + one.After.Attempting,
                deadLetters = one.After.Dead,
                heldDeletes = one.Read?.HeldDeletes ?? 0,
            }),
            customers = round.Store.GoldenLive,
            conflictsOpen = round.Store.ConflictsOpen,
        });
    }

    /// <summary>What a person should look at, a sentence each.</summary>
    public static IEnumerable<string> Findings(RoundReport round)
    {
        foreach (var one in round.Streams)
        {
            if (one.NotRead is { } why)
                yield return $"{one.Stream.Name} was not read: {why}";
            if (one.Read?.Failure is { } failure)
                yield return $"{one.Stream.Name}: {failure.Message}";
            if (one.Read is { HeldDeletes: > 0 } read)
                yield return $"{one.Stream.Name}: {read.HeldDeletes} deletions are held, more than its limit allows. If they are meant: hub connection release-deletes {one.Stream.Name.Connection}";
            if (one.After.Dead > 0)
                yield return $"{one.Stream.Name}: {AdminText.Count(one.After.Dead, "dead letter")}. See: hub dead-letters list";
            if (one.Count("quarantined") > 0)
                yield return $"{one.Stream.Name}: {AdminText.Count(one.Count("quarantined"), "record")} did not pass the checks. See: hub quarantine list";
        }
    }

    private static string Number(long count) => count == 0 ? "·" : count.ToString("N0");
}
