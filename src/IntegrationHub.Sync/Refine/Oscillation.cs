using IntegrationHub.Abstractions;
using IntegrationHub.Audit;
using IntegrationHub.Identity;
using IntegrationHub.Sync.Model;
using IntegrationHub.Sync.Store;

namespace IntegrationHub.Sync.Refine;

/// <summary>Notices a field that goes to and fro between two values, as when a second synchronisation runs beside the hub or two systems' automations disagree
/// (S04), and pauses it: the golden value stays, nothing is written, and a steward is asked once.</summary>
internal sealed class Oscillation(SyncContext context)
{
    /// <summary>The rule of the conflict that a paused field leaves.</summary>
    public const string Rule = "oscillation";

    /// <param name="before">What the golden record said before the edits.</param>
    public void Note(ClusterDraft cluster, GoldenRecord before, SourceRecord editor, List<string> edits, IdPool ids, RefineOutcome outcome)
    {
        foreach (var path in edits)
        {
            var was = before.Fields.FirstOrDefault(field => field.Path == path);
            var now = cluster.Golden.Fields.FirstOrDefault(field => field.Path == path);
            // The edit did not stand, or it is the first word on the field.
            if (was.Path is null || now.Path is null || now.RecordId != editor.Id || now.Value == was.Value)
                continue;
            var turn = Next(cluster.Golden, was, now);
            Put(cluster, turn);
            if (turn.Count >= context.Options.OscillationTurns)
                Pause(cluster, was, now, editor, ids, outcome);
        }
    }

    private FieldTurn Next(GoldenRecord golden, GoldenField was, GoldenField now)
    {
        var at = context.Clock.GetUtcNow();
        var last = golden.Turns.FirstOrDefault(turn => turn.Path == was.Path);
        return last.Path is not null && last.Other == now.Value && at - last.Since <= context.Options.OscillationWindow
            ? new(was.Path, was.Value, was.RecordId, last.Count + 1, last.Since)
            : new(was.Path, was.Value, was.RecordId, 0, at);
    }

    private void Put(ClusterDraft cluster, FieldTurn turn)
    {
        var since = context.Clock.GetUtcNow() - context.Options.OscillationWindow;
        var kept = cluster.Golden.Turns.Where(other => other.Path != turn.Path && other.Since >= since);
        cluster.Golden = cluster.Golden with { Turns = [.. kept, turn] };
    }

    private void Pause(ClusterDraft cluster, GoldenField was, GoldenField now, SourceRecord editor, IdPool ids, RefineOutcome outcome)
    {
        // One record may do all the turning by itself, in answer to what the hub writes to it: then the other writer is whoever said the value first.
        var other = was.RecordId != editor.Id && was.RecordId != 0 ? was.RecordId
            : cluster.Members.Values.FirstOrDefault(member => member.Id != editor.Id && member.IsLive)?.Id ?? editor.Id;
        var golden = cluster.Golden;
        var held = TogetherWith(golden, was.Path).Where(field => golden.Held.All(open => open.Path != field.Path))
            .Select(field => new HeldField(field.Path, field.Value) { Records = [other, editor.Id] });
        cluster.Golden = golden with { Held = [.. golden.Held, .. held] };
        var at = context.Clock.GetUtcNow();
        var conflict = new Conflict
        {
            Id = ids.Next(IdRange.Conflict),
            GoldenId = golden.Id,
            Path = was.Path,
            State = ConflictState.Open,
            At = at,
            Base = null,
            Left = new(other, was.Value, was.At),
            Right = new(editor.Id, now.Value, now.At),
            Rule = Rule,
        };
        outcome.Changes.Conflicts.Add(conflict);
        outcome.Count(editor, "field paused");
        outcome.Changes.Audit.Add(new AuditEntry
        {
            At = at,
            Actor = "hub",
            Action = "field.paused",
            Object = golden.ToString(),
            Outcome = $"record/{other} record/{editor.Id}",
            Reason = was.Path,
            Correlation = $"conflict/{conflict.Id}",
            Configuration = context.Settings.Survivorship.Version,
        });
    }

    private IEnumerable<GoldenField> TogetherWith(GoldenRecord golden, string path)
    {
        var policy = context.Settings.Survivorship;
        var group = policy.GroupOf(golden.Entity, path);
        return golden.Fields.Where(field => field.Path == path || (group is not null && policy.GroupOf(golden.Entity, field.Path) == group));
    }
}
