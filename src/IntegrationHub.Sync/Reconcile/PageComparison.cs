using IntegrationHub.Abstractions;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Refine;
using IntegrationHub.Sync.Settings;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Reconcile;

/// <summary>A record that a system shows, beside what the hub holds of it.</summary>
/// <param name="Held">Null when the hub has no such record.</param>
/// <param name="Golden">The customer that it belongs to; null when it belongs to none.</param>
/// <param name="IsBeingWritten">The hub has a write to it under way.</param>
internal sealed record ShownRecord(RawRecord Raw, Digest Key, SourceRecord? Held, GoldenRecord? Golden, bool IsBeingWritten);

/// <summary>Compares records that a system shows with what the hub holds, field by field. Pure: decides and counts, and repairs nothing.</summary>
internal sealed class PageComparison(HubSettings settings, KeyedDigests digests)
{
    private readonly ExamineStep examine = new(settings);

    /// <returns>The difference; null when there is none, or when what is on its way explains it.</returns>
    public Difference? Compare(ReconcileRun run, ShownRecord shown)
    {
        if (shown.Raw.IsDeleted)
            return CompareDeleted(run, shown);
        if (shown.Held is not { } held)
        {
            if (!(shown.Raw.Modified > run.StartedAt))
                return run.Differ(DifferenceKind.UnknownToHub, shown.Key, null, shown.Raw.Key);
            run.Count("in system");
            run.Count("in flight");
            return null;
        }

        run.Count("in system");

        if (IsOnItsWay(run, held) || shown.IsBeingWritten)
        {
            run.Count("in flight");
            return null;
        }

        if (held.Removal != Removal.None || held.Stage == RecordStage.Gone)
            return run.Differ(DifferenceKind.RemovedInHub, shown.Key, held, shown.Raw.Key);
        return CompareContent(run, shown, held);
    }

    /// <summary>What landed since the run began is newer than what the read may have shown.</summary>
    public static bool IsOnItsWay(ReconcileRun run, SourceRecord held) => held.Stage == RecordStage.Landed || held.LandedAt > run.StartedAt;

    private static Difference? CompareDeleted(ReconcileRun run, ShownRecord shown)
    {
        if (shown.Held is not { IsLive: true } held || shown.IsBeingWritten)
            return null;
        if (!IsOnItsWay(run, held))
            return run.Differ(DifferenceKind.MissingInSystem, shown.Key, held, shown.Raw.Key);
        run.Count("in flight");
        return null;
    }

    private Difference? CompareContent(ReconcileRun run, ShownRecord shown, SourceRecord held)
    {
        var isSame = digests.Of(shown.Raw.Payload.Span) == held.ContentDigest;
        var examined = examine.Examine(held with { Raw = shown.Raw.Payload.ToArray(), LandedDeleted = false }, run.Stream);
        if (examined.Fields is not { } fields)
            return CompareOutside(run, shown, held, examined, isSame);
        if (isSame && held.Stage == RecordStage.Quarantined)
            return Explained(run, "quarantined");
        if (isSame && held.Stage == RecordStage.Filtered)
            return Explained(run, "filtered");
        var differing = Differing(held, fields);
        if (differing.Count == 0 && held.Stage == RecordStage.Linked)
            return isSame ? CompareLink(run, shown, held) : run.Differ(DifferenceKind.ChangedOutsideMapping, shown.Key, held, shown.Raw.Key);
        var isKnown = shown.Golden is { } golden && differing.TrueForAll(change => Says(golden, change.Path, change.After));
        return run.Differ(isSame || (isKnown && held.Stage == RecordStage.Linked) ? DifferenceKind.BaseOutOfDate : DifferenceKind.ChangedUnseen, shown.Key, held, shown.Raw.Key, differing);
    }

    // It does not map or validate, or a filter keeps it out: that is where the hub has to have it.
    private static Difference? CompareOutside(ReconcileRun run, ShownRecord shown, SourceRecord held, Examination examined, bool isSame)
    {
        if (isSame && examined.IsRefused && held.Stage == RecordStage.Quarantined)
            return Explained(run, "quarantined");
        if (isSame && examined.KeptOutBy is { } filter && held.Stage == RecordStage.Filtered)
            return Explained(run, $"filtered:{filter.Name}");
        return run.Differ(isSame ? DifferenceKind.BaseOutOfDate : DifferenceKind.ChangedUnseen, shown.Key, held, shown.Raw.Key);
    }

    private static Difference? CompareLink(ReconcileRun run, ShownRecord shown, SourceRecord held)
    {
        if (shown.Golden is not { } golden)
            return run.Differ(DifferenceKind.BaseOutOfDate, shown.Key, held, shown.Raw.Key);
        if (golden.Status == GoldenStatus.Deleted)
            return run.Stream.Rights.HasFlag(Rights.Delete) && run.Stream.Writes ? Explained(run, "in flight") : run.Differ(DifferenceKind.LinkedToDeleted, shown.Key, held, shown.Raw.Key);
        var outdated = Outdated(held, golden);
        if (outdated.Count > 0)
            return run.Differ(DifferenceKind.BaseOutOfDate, shown.Key, held, shown.Raw.Key, outdated);
        return Explained(run, "linked");
    }

    private static Difference? Explained(ReconcileRun run, string name)
    {
        run.Count(name);
        return null;
    }

    // A field that is absent says nothing, and one that is empty and was never seen claims nothing.
    private static List<FieldChange> Differing(SourceRecord held, FieldMap shown)
    {
        var differing = new List<FieldChange>();
        foreach (var (path, value) in shown)
        {
            var seen = held.Fields.Find(path).Seen;
            if (seen is null ? !value.IsEmpty : seen.Value != value)
                differing.Add(new(path, seen, value));
        }

        return differing;
    }

    // Where the record shows what the golden record says, both agree on just that.
    private static List<FieldChange> Outdated(SourceRecord held, GoldenRecord golden)
    {
        var outdated = new List<FieldChange>();
        foreach (var field in golden.Fields)
        {
            var state = held.Fields.Find(field.Path);
            if (state.Seen == field.Value && (state.Base is not { } agreed || agreed.Theirs != field.Value || agreed.Ours != field.Value))
                outdated.Add(new(field.Path, state.Base?.Theirs, field.Value));
        }

        return outdated;
    }

    private static bool Says(GoldenRecord golden, string path, FieldValue value) => golden.Fields.Any(field => field.Path == path && field.Value == value);
}
