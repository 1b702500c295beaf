using System.Text.Json.Nodes;
using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;
using IntegrationHub.UnitTests.Sync;

namespace IntegrationHub.UnitTests.Scenarios.Histories;

/// <summary>Says what does not hold of a hub at rest. Slow and plain: it looks at the systems, the users' memory and the store, and knows nothing of how the
/// hub comes to its results.</summary>
internal sealed class HistoryOracle(HistoryRun run)
{
    public static readonly IReadOnlyDictionary<string, string> Paths = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["given"] = "name.given",
        ["family"] = "name.family",
        ["email"] = "emails[type=work].value",
        ["phone"] = "phones[type=work].value",
        ["title"] = "organisation.role",
        ["city"] = "addresses[type=mailing].city",
        ["status"] = "status",
    };

    private readonly List<string> findings = [];
    private List<SourceRecord> records = [];
    private List<Cluster> clusters = [];
    private List<PendingDelivery> deliveries = [];

    public async Task<IReadOnlyList<string>> FindAsync()
    {
        await FindQuietAsync();
        await LoadAsync();
        FindIncomplete();
        FindDuplicates();
        foreach (var cluster in clusters)
            await FindDisagreementAsync(cluster);
        await FindOpenWorkAsync();
        FindUnaudited();
        FindLostCounts();
        return findings;
    }

    // I3: whoever reads everything again finds nothing to write.
    private async Task FindQuietAsync()
    {
        var before = run.Systems.Sum(static system => system.Ledger.Count);
        await run.Hub.SyncAsync(whole: true);
        await run.Hub.SyncAsync(whole: true);
        var written = run.Systems.Sum(static system => system.Ledger.Count) - before;
        if (written > 0)
            findings.Add($"I3: {written} writes after the hub had come to rest.");
    }

    private async Task LoadAsync()
    {
        var store = run.Hub.Store;
        var ids = run.Hub.Committed.SelectMany(static step => step.Landed.Select(static landed => landed.Record.Id).Concat(step.SourceRecords.Select(static record => record.Id)));
        records = [.. await store.LoadRecordsAsync([.. ids.Distinct().Order()], withRaw: false, CancellationToken.None)];
        var golden = run.Hub.Committed.SelectMany(static step => step.GoldenRecords).Select(static one => one.Id).Distinct().Order().ToArray();
        clusters = [.. (await store.LoadClustersAsync(golden, CancellationToken.None)).Values.DistinctBy(static cluster => cluster.Golden.Id)];
        deliveries = [.. await store.FindDeliveriesAsync(golden, CancellationToken.None)];
    }

    // I1, both ways.
    private void FindIncomplete()
    {
        for (var i = 0; i < run.Systems.Count; i++)
        {
            var name = HistoryRun.Names[i];
            var held = records.Where(record => record.Stream == run.Hub.Stream(name).Number).ToDictionary(static record => record.Key);
            var live = run.Systems[i].LiveKeys;
            foreach (var key in live.Where(key => !held.TryGetValue(key, out var record) || record is not { Stage: RecordStage.Linked, GoldenId: not 0, IsLive: true }))
                findings.Add($"I1: {name}/{key} is live and the hub holds it as {Show(held.GetValueOrDefault(key))}.");
            foreach (var record in held.Values.Where(record => !live.Contains(record.Key) && record.Removal == Removal.None && record.Stage != RecordStage.Gone))
                findings.Add($"I1: {name}/{record.Key} is gone and the hub holds it as {Show(record)}.");
            foreach (var record in held.Values.Where(record => record.GoldenId != 0 && !clusters.Exists(cluster => cluster.Golden.Id == record.GoldenId)))
                findings.Add($"I1: {name}/{record.Key} belongs to golden record {record.GoldenId}, which is part of another one.");
        }
    }

    // I2: a create happens once, and what the hub created it does not create beside itself.
    private void FindDuplicates()
    {
        foreach (var (name, system) in HistoryRun.Names.Zip(run.Systems))
        {
            // One that a user removed before the hub knew of it is rightly made again.
            var creates = system.Ledger.Where(effect => effect.Operation == DeliveryOperation.Create && !run.Deleted.Contains($"{name}/{effect.Key}"))
                .Select(static effect => Users.Text(JsonNode.Parse(effect.Fields)!.AsObject(), "hubId"));
            findings.AddRange(creates.GroupBy(static id => id).Where(static group => group.Count() > 1).Select(group => $"I2: {name} accepted {group.Count()} creates of {group.Key}."));
        }

        foreach (var cluster in clusters.Where(cluster => !IsMerged(cluster)))
        {
            foreach (var group in cluster.Members.Where(member => member.IsLive && IsMadeByHub(member)).GroupBy(static member => member.Stream).Where(static group => group.Count() > 1))
                findings.Add($"I2: {cluster.Golden} has {group.Count()} live records in stream {group.Key} that the hub made: {string.Join(", ", group.Select(static one => one.Key))}.");
        }
    }

    private async Task FindDisagreementAsync(Cluster cluster)
    {
        var golden = cluster.Golden;
        var live = cluster.Members.Where(static member => member.IsLive).ToArray();
        if (golden.Status == GoldenStatus.Deleted)
        {
            if (live.Length > 0)
                findings.Add($"V2: {golden} is deleted and {string.Join(", ", live.Select(Name))} is live.");
            return;
        }

        var conflicts = await run.Hub.Store.ListConflictsOfAsync(golden.Id, CancellationToken.None);
        var says = golden.ToFieldMap();
        foreach (var (field, path) in Paths)
        {
            var value = says.Find(path) is { } found ? found.AsText : "";
            foreach (var member in live.Where(member => Shown(member, field) != value))
                findings.Add($"V2: {golden} says {field}={value} and {Name(member)} shows {Shown(member, field)}.");
            if (!IsMerged(cluster))
                FindLostEdit(cluster, conflicts, field, path, value);
        }

        FindMissing(cluster);
    }

    // I4: the last edit stands, or a conflict names it.
    private void FindLostEdit(Cluster cluster, IReadOnlyList<Conflict> conflicts, string field, string path, string value)
    {
        // What is in quarantine when its customer is deleted goes with it.
        var edits = run.Edits.Where(edit => edit.Field == field && cluster.Members.Any(member => member.Removal != Removal.ByHub && Name(member) == $"{HistoryRun.Names[edit.System]}/{edit.Key}")).Reverse().ToArray();
        // Where two records meet for the first time there is no agreement to depart from: survivorship decides by the records' own times.
        var met = cluster.Members.Where(member => run.Edits.Any(edit => Name(member) == $"{HistoryRun.Names[edit.System]}/{edit.Key}")).Select(LinkedAt).ToArray();
        if (met.Length > 1 && edits.Length > 0 && edits[0].At <= met.Max())
            return;
        DateTimeOffset? last = null;
        foreach (var edit in edits)
        {
            if (edit.At < last)
                break;
            if (edit.Value == value || conflicts.Any(conflict => conflict.Path == path && (conflict.Left.Value?.AsText == edit.Value || conflict.Right.Value?.AsText == edit.Value)))
                return;
            // A value that came back to what it had been before need not have been seen as an edit.
            if (!edit.IsNoNews && !edits.Any(other => other.At < edit.At && other.Value == edit.Value))
                last ??= edit.At;
        }

        // What stands may be a later edit of a record that the hub has removed since: it outlived the deletion of the others.
        var isLater = run.Edits.Any(edit => edit.Field == field && edit.Value == value && edit.At > last
            && cluster.Members.Any(member => Name(member) == $"{HistoryRun.Names[edit.System]}/{edit.Key}"));
        if (last is not null && !isLater)
            findings.Add($"I4: {cluster.Golden} says {field}={value}. Edits, the last first: {string.Join("; ", edits.AsEnumerable())}. Records: {string.Join("; ", cluster.Members.Select(member => Own(member, path)))}.");
    }

    private void FindMissing(Cluster cluster)
    {
        for (var i = 0; i < run.Systems.Count; i++)
        {
            var there = cluster.Members.Where(member => member.Stream == run.Hub.Stream(HistoryRun.Names[i]).Number).ToArray();
            var staysAway = run.OnDelete == DeletePolicy.Unlink && there.Any(static member => member.Removal == Removal.BySystem);
            if (!staysAway && !there.Any(static member => member.IsLive))
                findings.Add($"V2: {cluster.Golden} has no record in {HistoryRun.Names[i]}.");
        }
    }

    private async Task FindOpenWorkAsync()
    {
        foreach (var entry in await run.Hub.Store.ListQuarantineAsync(FindingFilter.None, new(0, 1_000), CancellationToken.None))
        {
            var record = records.Single(record => record.Id == entry.SourceRecordId);
            findings.Add($"V9: {Name(record)} is in quarantine ({entry.Step}: {string.Join(", ", entry.Problems)}), and the record is {Show(record)}.");
        }

        foreach (var row in deliveries.Where(static row => row.State != DeliveryState.Settled))
            findings.Add($"V9: {row} to {Stream(row.Stream)} of golden record {row.GoldenId} is still {row.State} ({row.Operation}, {row.ErrorCode}).");
    }

    // I8: every effect that the witness saw is settled in the audit log, once.
    private void FindUnaudited()
    {
        var audit = run.Hub.Committed.SelectMany(static step => step.Audit).Where(static entry => entry.Action == "delivery.settled").ToLookup(static entry => entry.Object);
        foreach (var record in records)
        {
            var system = run.Systems[Array.IndexOf(HistoryRun.Names, Stream(record.Stream))];
            foreach (var operation in Enum.GetValues<DeliveryOperation>())
            {
                var effects = system.Ledger.Count(effect => effect.Key == record.Key && effect.Operation == operation);
                var rows = deliveries.Where(row => row.SourceRecordId == record.Id || (row.Stream == record.Stream && operation == DeliveryOperation.Create));
                var entries = audit[record.ToString()].Concat(rows.SelectMany(row => audit[row.ToString()])).Where(entry => entry.Outcome.StartsWith($"{operation} ", StringComparison.Ordinal)).ToArray();
                var applied = entries.Count(static entry => entry.Outcome.EndsWith(" Applied", StringComparison.Ordinal) && entry.Reason is null);
                // When an answer is lost, the hub looks: somebody may have changed the record before, or put in the same value.
                var unclear = entries.Length - applied;
                if (effects < applied || effects > applied + unclear)
                    findings.Add($"I8: {Name(record)} saw {effects} times {operation}, and the audit log says {applied} (and {unclear} others).");
            }
        }

        var twice = audit.SelectMany(static group => group).Where(static entry => entry.Outcome.EndsWith(" Applied", StringComparison.Ordinal)).GroupBy(static entry => (entry.Correlation, entry.Outcome)).Where(static group => group.Count() > 1);
        findings.AddRange(twice.Select(group => $"I8: the effect {group.Key.Correlation} is settled {group.Count()} times."));
    }

    private void FindLostCounts()
    {
        var tallies = run.Hub.Committed.SelectMany(static step => step.Tallies).ToArray();
        foreach (var stream in run.Hub.Context.Settings.Streams)
        {
            long Sum(string name) => tallies.Where(tally => tally.Stream == stream.Number && tally.Name == name).Sum(static tally => tally.Count);
            if (Sum("read") != Sum("unchanged") + Sum("landed"))
                findings.Add($"V9: {stream.Name} read {Sum("read")}: {Sum("unchanged")} unchanged and {Sum("landed")} landed.");
        }
    }

    private DateTimeOffset LinkedAt(SourceRecord record)
    {
        var step = run.Hub.Committed.First(step => step.SourceRecords.Exists(changed => changed.Id == record.Id && changed.GoldenId != 0));
        return step.Audit.Count > 0 ? step.Audit[^1].At : record.LandedAt;
    }

    private bool IsMerged(Cluster cluster) =>
        run.Hub.Committed.SelectMany(static step => step.GoldenRecords).Any(golden => golden.Status == GoldenStatus.Merged && golden.MergedInto == cluster.Golden.Id);

    private bool IsMadeByHub(SourceRecord record) => System(record) is { } system && system.LiveKeys.Contains(record.Key) && system[record.Key]["hubId"] is not null;

    private string Shown(SourceRecord member, string field) => System(member).LiveKeys.Contains(member.Key) ? Users.Text(System(member)[member.Key], field) : "(gone)";

    private MemorySystem System(SourceRecord record) => run.Systems[Array.IndexOf(HistoryRun.Names, Stream(record.Stream))];

    private string Stream(int number) => run.Hub.Context.Settings.Find(number)!.Name.Connection;

    private string Name(SourceRecord record) => $"{Stream(record.Stream)}/{record.Key}";

    private string Own(SourceRecord member, string path) =>
        $"{Show(member)} {Name(member)} own={member.Fields.Find(path).Own?.Value.AsText ?? "-"} at {member.Fields.Find(path).Own?.At:mm:ss.fff}{(member.IsLive ? "" : " (gone)")}";

    private static string Show(SourceRecord? record) => record is null ? "nothing" : $"{record.Stage} of golden record {record.GoldenId}, removal {record.Removal}";
}
